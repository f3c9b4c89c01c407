//! Refunds: what a merchant sends back of a paid order (`money.md` §3).
//!
//! ```text
//! accepted ─the payer can be credited──────────────→ SUCCEEDED
//!     └────the payer's account is frozen→ PENDING ──finish──↑
//! ```
//!
//! Invariants: what a refund comes to is fixed when it is accepted and never changes; the order counts it from then on
//! ([`Order::refund`](crate::order::Order::refund) decides), so that refunds of one order together never exceed it; the
//! payer is credited once. A merchant's number for a refund names one refund for ever, and a repeat of it is answered, not
//! done again (`decisions.md` row 32).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{MerchantId, OrderId, PayerId, RefundId, TransferId};
use crate::initiator::Initiator;
use crate::money::Amount;
use crate::order::{OnBehalf, Refund as Accepted};
use crate::time::Timestamp;

/// The most characters of a reason (`money.md` §3.1).
pub const REASON_LENGTH_MAX: usize = 256;

/// Whether a text can stand as the reason of a refund: not too long, and nothing in it but what its payer can be shown.
pub fn is_reason(text: &str) -> bool {
    text.chars().count() <= REASON_LENGTH_MAX && !text.chars().any(char::is_control)
}

/// What was asked, kept to tell a repeat from another refund under the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundTerms {
    /// Of which order.
    pub order_id: OrderId,
    /// How much, in the order's currency; the last attempt returns all that is left instead.
    pub amount: Amount,
    /// Why.
    pub reason: Option<String>,
    /// Where this refund's notification goes instead of the order's.
    pub webhook_url: Option<String>,
}

/// What a refund comes to, as it was answered: a repeat is answered with the same, whatever was refunded since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// What the payer gets, in the order's currency.
    pub amount: Amount,
    /// What the merchant gets back of the commission.
    pub commission: Amount,
    /// What of that the provider gives back of its share.
    pub share: Amount,
    /// All that has gone back of the order, this refund included.
    pub refunded: Amount,
    /// All that has gone back of the commission, this refund included.
    pub refunded_commission: Amount,
    /// How many refunds the order still takes.
    pub attempts_left: u32,
}

impl From<Accepted> for Figures {
    fn from(refund: Accepted) -> Self {
        Self {
            amount: refund.amount,
            commission: refund.commission,
            share: refund.share,
            refunded: refund.returned.refunded,
            refunded_commission: refund.returned.commission,
            attempts_left: refund.attempts_left,
        }
    }
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// Accepted; the payer's account is frozen, and the money is held for it.
    Pending {
        /// The ledger transfer that holds it.
        hold_id: TransferId,
    },
    /// The payer has the money.
    Succeeded {
        /// Since when.
        at: Timestamp,
        /// The ledger transfer that brought it.
        transfer_id: TransferId,
        /// The transfer that held it meanwhile, where it had to wait.
        hold_id: Option<TransferId>,
    },
}

/// The step that a refund has already taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the refund has reached its payer already")]
pub struct AlreadyArrived;

/// One refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The merchant who refunds.
    pub merchant_id: MerchantId,
    /// The merchant's own number for it, unique per merchant for ever.
    pub request_id: String,
    /// What was asked.
    pub terms: RefundTerms,
    /// Set where a provider asked for it, for the merchant.
    pub on_behalf: Option<OnBehalf>,
    /// Who asked for it.
    pub initiator: Initiator,
    /// Who gets it: whoever paid the order.
    pub payer_id: PayerId,
    /// The merchant's own id as the one that pays the refund: 32 hexadecimal digits.
    pub payer_open_id: String,
    /// What it comes to.
    pub figures: Figures,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Where it stands.
    pub state: RefundState,
}

impl Refund {
    /// Whether the payer has the money; else it is held until the payer's account is free.
    pub const fn has_arrived(&self) -> bool {
        matches!(self.state, RefundState::Succeeded { .. })
    }

    /// The ledger transfer that took the money from the merchant, platform and provider.
    pub const fn taken_by(&self) -> TransferId {
        match self.state {
            RefundState::Pending { hold_id } | RefundState::Succeeded { hold_id: Some(hold_id), .. } => hold_id,
            RefundState::Succeeded { transfer_id, hold_id: None, .. } => transfer_id,
        }
    }

    /// The refund after the payer was credited by `transfer_id`.
    pub fn arrive(self, transfer_id: TransferId, at: Timestamp) -> Result<Self, AlreadyArrived> {
        match self.state {
            RefundState::Pending { hold_id } => {
                Ok(Self { state: RefundState::Succeeded { at, transfer_id, hold_id: Some(hold_id) }, ..self })
            }
            RefundState::Succeeded { .. } => Err(AlreadyArrived),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;
    use crate::id::ApiKeyId;

    fn refund(state: RefundState) -> Refund {
        let usdt = |minor| Amount::from_minor(minor, Currency::USDT);
        Refund {
            id: RefundId::new(1),
            merchant_id: MerchantId::new(2),
            request_id: "r1".into(),
            terms: RefundTerms { order_id: OrderId::new(3), amount: usdt(5), reason: None, webhook_url: None },
            on_behalf: None,
            initiator: Initiator::Key(ApiKeyId::new(4)),
            payer_id: PayerId::new(5),
            payer_open_id: "0".repeat(32),
            figures: Figures {
                amount: usdt(5),
                commission: usdt(1),
                share: usdt(0),
                refunded: usdt(5),
                refunded_commission: usdt(1),
                attempts_left: 9,
            },
            accepted_at: Timestamp::from_ms(6),
            state,
        }
    }

    #[test]
    fn a_refund_arrives_once() {
        let (hold_id, transfer_id, at) = (TransferId::new(7), TransferId::new(8), Timestamp::from_ms(9));
        let arrived = refund(RefundState::Pending { hold_id }).arrive(transfer_id, at).unwrap();
        assert_eq!(arrived.state, RefundState::Succeeded { at, transfer_id, hold_id: Some(hold_id) });
        assert_eq!((arrived.taken_by(), arrived.has_arrived()), (hold_id, true));
        assert!(!refund(RefundState::Pending { hold_id }).has_arrived());
        assert_eq!(arrived.arrive(transfer_id, at), Err(AlreadyArrived));
        let at_once = RefundState::Succeeded { at, transfer_id, hold_id: None };
        assert_eq!(refund(at_once).taken_by(), transfer_id);
        assert_eq!(refund(at_once).arrive(transfer_id, at), Err(AlreadyArrived));
    }
}
