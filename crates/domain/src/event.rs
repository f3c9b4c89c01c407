//! What happened, typed: the causes of webhooks and mails.
//!
//! An event is stored in the transaction that caused it and rendered once, later, by the dispatcher. It carries what the
//! message will say, never a secret: the token of an authorization is looked up when the message is rendered.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::id::{AuthorizationId, MerchantId, OrderId, PayerId, RefundId, TransferId, WebhookEndpointId};
use crate::money::Amount;
use crate::rates::Rate;
use crate::scope::ScopeSet;
use crate::time::Timestamp;
use crate::webhook_endpoint::EventKind;

/// What the merchant did about an authorization (`partner.md` §3.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuthorizationChange {
    /// Agreed to the request.
    Agreed,
    /// Refused it.
    Rejected,
    /// Changed what was granted.
    Changed,
    /// Withdrew it, or it ended.
    Disabled,
}

/// An authorization was decided on or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationEvent {
    /// What happened.
    pub change: AuthorizationChange,
    /// The record that the message names.
    pub authorization_id: AuthorizationId,
    /// The record whose token the message shows: the grant's where this is about a change request.
    pub token_of: AuthorizationId,
    /// The provider that asked.
    pub provider_id: MerchantId,
    /// Its name.
    pub provider_name: String,
    /// The merchant that decided.
    pub merchant_id: MerchantId,
    /// Its name.
    pub merchant_name: String,
    /// The scopes granted, or asked for where nothing was granted.
    pub scopes: ScopeSet,
    /// Business time of the act.
    pub at: Timestamp,
}

/// An order was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaidEvent {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number for it.
    pub merchant_trade_no: String,
    /// The type of its goods.
    pub product_type: String,
    /// The name of its goods.
    pub product_name: String,
    /// Where the payer met it, as stored.
    pub terminal: String,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// What was to be paid.
    pub amount: Amount,
    /// The ledger transfer.
    pub transfer_id: TransferId,
    /// The payer's id as the merchant sees it.
    pub open_user_id: String,
    /// The payer.
    pub payer_id: PayerId,
    /// What the payer gave, in this currency.
    pub paid: Amount,
    /// What one unit of the payer's currency was worth in the order's.
    pub price: Rate,
    /// What the platform kept.
    pub commission: Amount,
    /// Echo of the call.
    pub pass_through_info: Option<String>,
    /// The payer's identity, sealed for the owner of the key that created the order; in that owner's copy alone
    /// (`decisions.md` row 45).
    #[serde(default)]
    pub payer_detail: Option<String>,
}

impl OrderPaidEvent {
    /// The currency of the order.
    pub fn currency(&self) -> Currency {
        self.amount.currency()
    }
}

/// A refund reached its payer (`partner.md` §3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundedEvent {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number for the order.
    pub merchant_trade_no: String,
    /// The type of the order's goods.
    pub product_type: String,
    /// The name of the order's goods.
    pub product_name: String,
    /// Where the payer met the order, as stored.
    pub terminal: String,
    /// What the order amounted to.
    pub order_amount: Amount,
    /// What the platform kept of the payment.
    pub commission: Amount,
    /// The payer's id as the merchant sees it.
    pub open_user_id: String,
    /// The refund.
    pub refund_id: RefundId,
    /// The merchant's number for the refund.
    pub request_id: String,
    /// The merchant's own id as the one that pays the refund.
    pub payer_open_id: String,
    /// When the payer got the money.
    pub arrived_at: Timestamp,
    /// How much.
    pub amount: Amount,
    /// All that has gone back of the order, this refund included.
    pub refunded: Amount,
    /// How many refunds the order still takes.
    pub attempts_left: u32,
}

/// An order ended without a payment: its merchant closed it, nobody paid in time, or the payment could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderClosedEvent {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number for it.
    pub merchant_trade_no: String,
    /// The type of its goods.
    pub product_type: String,
    /// The name of its goods.
    pub product_name: String,
    /// Where the payer would have met it, as stored.
    pub terminal: String,
    /// When it was closed, or its expiry recorded.
    pub closed_at: Timestamp,
    /// What was to be paid.
    pub amount: Amount,
    /// Echo of the call.
    pub pass_through_info: Option<String>,
}

/// The platform disabled an endpoint that had only failed. Its owner is told by mail: the endpoint itself does not listen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointDisabledEvent {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Its URL then.
    pub url: String,
    /// What its owner called it; may be empty.
    pub description: String,
    /// The owner.
    pub merchant_id: MerchantId,
    /// The owner's name.
    pub merchant_name: String,
    /// Since when every try had failed.
    pub failing_since: Timestamp,
    /// When it was disabled.
    pub at: Timestamp,
}

/// Anything that is told to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// See [`AuthorizationEvent`].
    Authorization(AuthorizationEvent),
    /// See [`OrderPaidEvent`].
    OrderPaid(OrderPaidEvent),
    /// See [`OrderRefundedEvent`].
    OrderRefunded(OrderRefundedEvent),
    /// See [`OrderClosedEvent`].
    OrderClosed(OrderClosedEvent),
    /// See [`EndpointDisabledEvent`].
    EndpointDisabled(EndpointDisabledEvent),
}

impl Event {
    /// The number that receivers know the subject by, stable over every try.
    pub const fn subject(&self) -> i64 {
        match self {
            Self::Authorization(event) => event.authorization_id.get(),
            Self::OrderPaid(event) => event.order_id.get(),
            Self::OrderRefunded(event) => event.order_id.get(),
            Self::OrderClosed(event) => event.order_id.get(),
            Self::EndpointDisabled(event) => event.endpoint_id.get(),
        }
    }

    /// What a webhook of it is about; `None` where it is told by mail alone.
    pub const fn kind(&self) -> Option<EventKind> {
        match self {
            Self::Authorization(_) => Some(EventKind::Authorization),
            Self::OrderPaid(_) | Self::OrderClosed(_) => Some(EventKind::Order),
            Self::OrderRefunded(_) => Some(EventKind::Refund),
            Self::EndpointDisabled(_) => None,
        }
    }

    /// Whether the rendered message carries a secret and must be sealed at rest.
    pub const fn carries_secret(&self) -> bool {
        matches!(self, Self::Authorization(_))
    }
}
