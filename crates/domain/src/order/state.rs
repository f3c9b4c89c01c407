//! Where an order stands, and what is known of it there.

use serde::{Deserialize, Serialize};

use crate::id::{OfferId, PayerId, TransferId};
use crate::initiator::Initiator;
use crate::money::Amount;
use crate::rates::Rate;
use crate::time::Timestamp;

/// A price that a payer confirmed: what leaves the wallet, locked until the offer ends (`decisions.md` row 31).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Its number: a form that shows another price names another one.
    pub id: OfferId,
    /// Who confirmed it.
    pub payer_id: PayerId,
    /// What the payer gives.
    pub pays: Amount,
    /// What one unit of the payer's currency is worth in the order's; one for the same one.
    pub price: Rate,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// Since when payers have kept the order to themselves, one price after another.
    pub held_since: Timestamp,
    /// Until when the price holds; then the order is open as before.
    pub until: Timestamp,
}

/// How an order was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The ledger transfer, on the wire the transaction id.
    pub transfer_id: TransferId,
    /// Who paid.
    pub payer_id: PayerId,
    /// The payer's id as this merchant sees it: 32 hexadecimal digits.
    pub open_user_id: String,
    /// When its price was confirmed; `None` where that was not kept yet.
    pub confirmed_at: Option<Timestamp>,
    /// When.
    pub paid_at: Timestamp,
    /// What the payer gave.
    pub paid: Amount,
    /// What one unit of the payer's currency was worth in the order's; one for the same one.
    pub price: Rate,
    /// What the merchant was charged, in the order's currency.
    pub commission: Amount,
    /// The part of the commission that the provider got who brought the order (`decisions.md` row 21).
    pub share: Amount,
    /// The payer's identity for the owner of the key that created the order, sealed with that key's secret
    /// (`decisions.md` row 45).
    pub payer_detail: Option<String>,
}

impl Payment {
    /// How much of commission and share has gone back once `refunded` of `whole` has: the commission in proportion to all that was
    /// refunded so far, the share in proportion to the commission that went back, both rounded down. So no split of a refund
    /// gives back more or less than one refund of the sum would, and of no single refund more share goes back than commission.
    pub fn given_back(&self, refunded: Amount, whole: Amount) -> (Amount, Amount) {
        let commission = self.commission.pro_rata_floor(refunded, whole);
        let nothing = self.commission.minor() == 0;
        let share = if nothing { self.share } else { self.share.pro_rata_floor(commission, self.commission) };
        (commission, share)
    }
}

/// What has gone back of a payment, all in the order's currency. Refunds count from their acceptance on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// To the payer.
    pub refunded: Amount,
    /// Of the commission, to the merchant.
    pub commission: Amount,
    /// Of the provider's share, back from the provider.
    pub share: Amount,
    /// How many refunds were accepted.
    pub accepted: u32,
    /// How many of them have not reached the payer yet.
    pub under_way: u32,
}

impl Returned {
    /// Nothing yet, of a payment in the currency of `amount`.
    pub const fn nothing_of(amount: Amount) -> Self {
        let zero = Amount::zero(amount.currency());
        Self { refunded: zero, commission: zero, share: zero, accepted: 0, under_way: 0 }
    }
}

/// What kept a payment that was confirmed from being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The merchant may not take payments any more.
    MerchantFrozen,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderState {
    /// Created, nobody has begun to pay.
    Initial,
    /// A payer has confirmed a price.
    Pending(Offer),
    /// Paid; what has gone back of it stands beside the payment.
    Paid(Payment, Returned),
    /// Closed by the merchant before anybody paid.
    Canceled {
        /// When.
        at: Timestamp,
        /// Who did it for the merchant; `None` where that was not kept yet.
        by: Option<Initiator>,
    },
    /// Not paid in time.
    Expired {
        /// When this was recorded.
        at: Timestamp,
    },
    /// Confirmed, but the payment could not be made.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        why: Failure,
    },
}

/// The state without its data, as stored and as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderStatus {
    /// See [`OrderState::Initial`].
    Initial,
    /// See [`OrderState::Pending`].
    Pending,
    /// Paid, and nothing has gone back.
    Paid,
    /// See [`OrderState::Canceled`].
    Canceled,
    /// See [`OrderState::Expired`].
    Expired,
    /// A refund was accepted and has not reached the payer yet.
    Refunding,
    /// A part of the payment has gone back.
    Refunded,
    /// All of the payment has gone back.
    FullRefunded,
    /// See [`OrderState::Failed`].
    Error,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Initial,
        Self::Pending,
        Self::Paid,
        Self::Canceled,
        Self::Expired,
        Self::Refunding,
        Self::Refunded,
        Self::FullRefunded,
        Self::Error,
    ];
}

impl OrderState {
    /// The payment, where there was one.
    pub const fn payment(&self) -> Option<&Payment> {
        match self {
            Self::Paid(payment, _) => Some(payment),
            Self::Initial | Self::Pending(_) | Self::Canceled { .. } | Self::Expired { .. } | Self::Failed { .. } => {
                None
            }
        }
    }
}
