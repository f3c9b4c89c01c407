//! What else can be done about orders: closing one, asking who its payer is, and the first version's calls. Needs `CHECKOUT`.

use countersign_wire::AuthorizationToken;
use countersign_wire::answers::{OrderCreatedV1, OrderStateV1};
use countersign_wire::endpoint::EndpointId;
use countersign_wire::requests::{OrderCreateV1, PayerVerification};

use crate::client::Client;
use crate::error::ClientError;
use crate::on_behalf::OnBehalf;
use crate::query::OrderReference;

impl Client {
    /// `order/close`: takes back an order that nobody has begun to pay; the webhook `PAY_CLOSED` tells that it is done. An
    /// order that is not INITIAL any more, closed ones included, is refused with 400204; 400202 when there is none.
    pub async fn close_order(&self, order: OrderReference<'_>) -> Result<(), ClientError> {
        self.close_for(None, order).await
    }

    /// `order/payer/verification`: whether all that is told of a payer is what identification found out. 400601 when there
    /// is no such payer, 400602 when identification is not complete.
    pub async fn verify_payer(&self, told: &PayerVerification<'_>) -> Result<bool, ClientError> {
        self.act(EndpointId::PayerVerification, None, told).await
    }

    /// `order`, the first and deprecated form; [`create_order`](Self::create_order) can all that it can.
    pub async fn create_order_v1(&self, order: &OrderCreateV1<'_>) -> Result<OrderCreatedV1, ClientError> {
        self.act(EndpointId::OrderCreateV1, None, order).await
    }

    /// `order/query`, the first form: REFUNDED stands for refunds in part and in full, and nothing is told of what the payer
    /// gave.
    pub async fn query_order_v1(&self, order: OrderReference<'_>) -> Result<OrderStateV1, ClientError> {
        self.act(EndpointId::OrderQueryV1, None, &order.question()).await
    }

    async fn close_for(
        &self,
        token: Option<&AuthorizationToken>,
        order: OrderReference<'_>,
    ) -> Result<(), ClientError> {
        // The data of a success is `true` and says nothing that the success does not.
        let _accepted: bool = self.act(EndpointId::OrderClose, token, &order.question()).await?;
        Ok(())
    }
}

impl OnBehalf<'_> {
    /// [`Client::close_order`] among the merchant's orders.
    pub async fn close_order(&self, order: OrderReference<'_>) -> Result<(), ClientError> {
        self.client.close_for(Some(self.token), order).await
    }

    /// [`Client::verify_payer`] for the merchant.
    pub async fn verify_payer(&self, told: &PayerVerification<'_>) -> Result<bool, ClientError> {
        self.client.act(EndpointId::PayerVerification, Some(self.token), told).await
    }

    /// [`Client::create_order_v1`] for the merchant, into whose wallet the payment settles.
    pub async fn create_order_v1(&self, order: &OrderCreateV1<'_>) -> Result<OrderCreatedV1, ClientError> {
        self.client.act(EndpointId::OrderCreateV1, Some(self.token), order).await
    }

    /// [`Client::query_order_v1`] among the merchant's orders.
    pub async fn query_order_v1(&self, order: OrderReference<'_>) -> Result<OrderStateV1, ClientError> {
        self.client.act(EndpointId::OrderQueryV1, Some(self.token), &order.question()).await
    }
}
