//! Refunds of paid orders, for oneself or for the merchant behind a token.

use std::borrow::Cow;

use countersign_wire::answers::RefundState;
use countersign_wire::endpoint::EndpointId;
use countersign_wire::requests::{OrderRefund, OrderRefundQuery};
use countersign_wire::{Refusal, WireDecimal};

use crate::client::Client;
use crate::error::ClientError;
use crate::on_behalf::OnBehalf;
use crate::order::{judge, refused_amount};

/// A refund in the making. What is wrong with it is told by [`Self::build`].
#[derive(Debug, Clone)]
pub struct RefundBuilder<'a> {
    refund_request_id: Cow<'a, str>,
    prepay_id: Cow<'a, str>,
    amount: Cow<'a, str>,
    reason: Option<Cow<'a, str>>,
    webhook_url: Option<Cow<'a, str>>,
}

impl<'a> RefundBuilder<'a> {
    /// A refund of `amount`, a decimal such as `25.17` in the order's currency, under the merchant's own id for it. The same id
    /// with the same members is the same refund, however often it is sent; with others it is refused.
    pub fn new(
        refund_request_id: impl Into<Cow<'a, str>>,
        prepay_id: impl Into<Cow<'a, str>>,
        amount: impl Into<Cow<'a, str>>,
    ) -> Self {
        Self {
            refund_request_id: refund_request_id.into(),
            prepay_id: prepay_id.into(),
            amount: amount.into(),
            reason: None,
            webhook_url: None,
        }
    }

    /// Why.
    pub fn reason(mut self, reason: impl Into<Cow<'a, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Where this refund's webhook goes, instead of where the order's go.
    pub fn webhook_url(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.webhook_url = Some(url.into());
        self
    }

    /// The refund for [`refund_order`](Client::refund_order), or the refusal that the API would have answered.
    pub fn build(self) -> Result<OrderRefund<'a>, Refusal> {
        let amount = WireDecimal::from_text(self.amount);
        let refund = OrderRefund {
            refund_request_id: self.refund_request_id,
            prepay_id: self.prepay_id,
            refund_amount: amount.map_err(|error| refused_amount("refundAmount", error, "decisions.md row 10"))?,
            refund_reason: self.reason,
            webhook_url: self.webhook_url,
        };
        judge(&refund, |body| OrderRefund::from_body(body).map(|_| ()))?;
        Ok(refund)
    }
}

impl Client {
    /// `order/refund`: gives back a part of a paid order of the caller's own, or all of it, out of its funding wallet. An order
    /// takes ten refunds, of which the last returns all that is left. 400303 when it is more than what is left, 400304 when
    /// the wallet does not cover it. Safe to send again after a [`ClientError::Transport`].
    pub async fn refund_order(&self, refund: &OrderRefund<'_>) -> Result<RefundState, ClientError> {
        self.act(EndpointId::OrderRefund, None, refund).await
    }

    /// `order/refund/query`: a refund of the caller's own, by the id that it was asked for under; 400202 when there is none.
    pub async fn query_refund(&self, refund_request_id: &str) -> Result<RefundState, ClientError> {
        self.act(EndpointId::OrderRefundQuery, None, &question(refund_request_id)).await
    }
}

impl OnBehalf<'_> {
    /// [`Client::refund_order`] of an order of the merchant, out of its wallet. Needs REFUND.
    pub async fn refund_order(&self, refund: &OrderRefund<'_>) -> Result<RefundState, ClientError> {
        self.client.act(EndpointId::OrderRefund, Some(self.token), refund).await
    }

    /// [`Client::query_refund`] among the merchant's refunds. Needs REFUND or CHECKOUT.
    pub async fn query_refund(&self, refund_request_id: &str) -> Result<RefundState, ClientError> {
        self.client.act(EndpointId::OrderRefundQuery, Some(self.token), &question(refund_request_id)).await
    }
}

fn question(refund_request_id: &str) -> OrderRefundQuery<'_> {
    OrderRefundQuery { refund_request_id: Cow::Borrowed(refund_request_id) }
}
