//! What happened, typed: the causes of webhooks and mails.
//!
//! An event is stored in the transaction that caused it and rendered once, later, by the dispatcher. It carries what the
//! message will say, never a secret: the token of an authorization is looked up when the message is rendered.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::id::{AuthorizationId, MerchantId, OrderId, PayerId, RefundId, TransferId, UserId};
use crate::money::Amount;
use crate::rates::Rate;
use crate::scope::ScopeSet;
use crate::time::Timestamp;

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

/// From where a person acted, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The device in a few words, such as `Firefox on Linux`; only as true as what the browser says of itself.
    pub device: String,
    /// The network address; `None` where it is not known.
    pub address: Option<IpAddr>,
}

/// What happened to the way in which a person signs in. Wall time throughout, as with sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessChange {
    /// Somebody signed in with the right password on a device that was never seen with this account.
    NewDevice {
        /// From where.
        whereabouts: Whereabouts,
        /// When.
        at: Timestamp,
    },
    /// Somebody who has not proved who it is asked for a link to set a new password.
    ResetAsked {
        /// The link's secret, sealed under the master key, in base64.
        token_sealed: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// A new password was set by such a link.
    PasswordChanged {
        /// From where.
        whereabouts: Whereabouts,
        /// When.
        at: Timestamp,
    },
}

/// Something that one person is told about the own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessEvent {
    /// Who is told.
    pub user_id: UserId,
    /// The name of what this person signs in to: the merchant's, the payer's, or that it is the operator's.
    pub account: String,
    /// What happened.
    pub change: AccessChange,
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
    /// See [`AccessEvent`]; told by mail alone.
    Access(AccessEvent),
}

impl Event {
    /// The number that receivers know the subject by, stable over every try.
    pub const fn subject(&self) -> i64 {
        match self {
            Self::Authorization(event) => event.authorization_id.get(),
            Self::OrderPaid(event) => event.order_id.get(),
            Self::OrderRefunded(event) => event.order_id.get(),
            Self::OrderClosed(event) => event.order_id.get(),
            Self::Access(event) => event.user_id.get(),
        }
    }

    /// Whether the rendered webhook carries a secret and must be sealed at rest.
    pub const fn carries_secret(&self) -> bool {
        matches!(self, Self::Authorization(_))
    }

    /// The same of the rendered mail: a link that lets its reader in. No mail shows the token of an authorization.
    pub const fn mail_carries_secret(&self) -> bool {
        matches!(self, Self::Access(AccessEvent { change: AccessChange::ResetAsked { .. }, .. }))
    }
}
