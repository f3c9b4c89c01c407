//! Refunding an order, in part or whole.
//!
//! A refund whose payer is frozen is accepted like any other, but the payer gets nothing yet: the amount goes into the held part
//! of the merchant's wallet, and [`release`](super::release()) brings it once the payer is free. Everything else is as if it had
//! arrived. The merchant bears the amount less the commission's part, platform and provider give their parts back, what the
//! provider lacks becomes its debt, all at acceptance and not at arrival: the answer has told these figures by then, nobody can
//! spend the money meanwhile, and bringing it can fail for want of nobody's funds.

use countersign_domain::id::{MerchantId, OrderId, RefundId, TransferId};
use countersign_domain::ledger::{self, GivenBack, Transfer, TransferKind};
use countersign_domain::money::MoneyError;
use countersign_domain::order::{Order, RefundError as NotRefundable};
use countersign_domain::refund::{Figures, REASON_LENGTH_MAX, Refund, RefundState, RefundTerms, is_reason};
use countersign_domain::{Amount, Scope};
use countersign_store::queries::{orders, refunds};
use countersign_store::{Locked, StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::view::RefundView;
use super::{announce, release};
use crate::authority::{Acting, AuthorityError, By, Need};
use crate::booking::{self, BookingError};
use crate::fee_share;
use crate::platform::{Collides, Platform};

/// What is to be refunded.
#[derive(Debug, Clone)]
pub struct NewRefund {
    /// The merchant's own number for the refund.
    pub request_id: String,
    /// Of which order; `None` where the text that named it can be no order's number.
    pub order_id: Option<OrderId>,
    /// How much, as plain decimal text above zero: the order decides the currency.
    pub amount: String,
    /// Why.
    pub reason: Option<String>,
    /// Where this refund's notification goes instead of the order's.
    pub webhook_url: Option<String>,
    /// What a page has told that it comes to; calls have been told nothing.
    pub told: Option<Told>,
}

/// What whoever asks was told that a refund would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// What the payer gets.
    pub amount: Amount,
    /// What the merchant gets back of the commission.
    pub commission: Amount,
}

/// An accepted refund.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    /// As it was answered the first time, but for whether it has arrived.
    pub refund: RefundView,
    /// Whether the same was asked before.
    pub is_repeat: bool,
}

/// Why nothing was refunded.
#[derive(Debug, Error)]
pub enum RefundError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The acting merchant has no such order; another merchant's is answered alike.
    #[error("there is no such order")]
    UnknownOrder,
    /// The merchant has used this number for another refund.
    #[error("the merchant has used this number for a refund with other parameters")]
    OtherParameters,
    /// What was asked is no amount of the order's currency.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The reason is too long, or holds what cannot be shown.
    #[error("the reason is no text of at most {REASON_LENGTH_MAX} characters that can be shown")]
    Reason,
    /// It would come to something else by now than was told: another refund was accepted meanwhile.
    #[error("the refund would come to something else than was told")]
    Outdated,
    /// The order does not take the refund.
    #[error(transparent)]
    Refused(#[from] NotRefundable),
    /// The ledger refused; of all accounts of a refund only the merchant's wallet can lack money.
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// A drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
}

impl From<StoreError> for RefundError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

impl Collides for RefundError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision | Self::Booking(BookingError::Collision | BookingError::AlreadyBooked))
    }
}

/// Refunds an order of the merchant for whom it is done. What was refunded under the same number is answered again.
pub fn refund(tx: &mut dyn WriteTx, platform: &Platform, by: &By, new: &NewRefund) -> Result<Accepted, RefundError> {
    let acting = by.authorize(tx, Need::scope(Scope::Refund))?;
    let now = by.now();
    // The lock comes before the look for an earlier refund, so that of two equal calls at once the later one finds it.
    let order = lock_own(tx, acting.merchant_id, new.order_id)?;
    if let Some(known) = refunds::by_request_id(tx, acting.merchant_id, &new.request_id)? {
        return repeat(&known, order.as_deref(), new);
    }
    let order = order.ok_or(RefundError::UnknownOrder)?;
    let terms = terms(new, &order)?;
    let is_held = match order.state.payment() {
        Some(payment) => release::is_frozen(tx, payment.payer_id)?,
        None => false,
    };
    let (order, accepted) = order.try_split(|order| order.refund(terms.amount, !is_held, now))?;
    let comes_to = Told { amount: accepted.amount, commission: accepted.commission };
    if new.told.is_some_and(|told| told != comes_to) {
        return Err(RefundError::Outdated);
    }
    let transfer_id = TransferId::new(platform.ids.next(now));
    let payment = order.state.payment().expect("only a paid order is refunded");
    let refund = Refund {
        id: RefundId::new(platform.ids.next(now)),
        merchant_id: acting.merchant_id,
        request_id: new.request_id.clone(),
        terms,
        on_behalf: acting.on_behalf,
        initiator: by.initiator(),
        payer_id: payment.payer_id,
        payer_open_id: platform.merchant_open_id(acting.merchant_id),
        figures: accepted.into(),
        accepted_at: now,
        state: if is_held {
            RefundState::Pending { hold_id: transfer_id }
        } else {
            RefundState::Succeeded { at: now, transfer_id, hold_id: None }
        },
    };
    if !refunds::insert(tx, &refund)? {
        return Err(taken(tx, &acting, new)?);
    }
    orders::update(tx, &order)?;
    give_back(tx, platform, (&refund, &order))?;
    if refund.has_arrived() {
        announce::arrived(tx, platform, (&refund, &order), now)?;
    }
    let detail = json!({ "order": order.id.get(), "refund": refund.id.get() });
    by.audit_person(tx, acting.merchant_id, ("order_refund", &detail))?;
    Ok(Accepted { refund: RefundView::of(&refund, &order), is_repeat: false })
}

/// The order under its lock, where it is the merchant's own.
fn lock_own(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: Option<OrderId>,
) -> Result<Option<Locked<Order>>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(orders::lock(tx, id)?.filter(|order| order.merchant_id == merchant))
}

fn terms(new: &NewRefund, order: &Order) -> Result<RefundTerms, RefundError> {
    if !new.reason.as_deref().is_none_or(is_reason) {
        return Err(RefundError::Reason);
    }
    Ok(RefundTerms {
        order_id: order.id,
        amount: Amount::parse(&new.amount, order.amount.currency())?,
        reason: new.reason.clone(),
        webhook_url: new.webhook_url.clone(),
    })
}

/// The answer to a number that was used before: the first one where all is as it was then (`decisions.md` row 32).
fn repeat(known: &Refund, order: Option<&Order>, new: &NewRefund) -> Result<Accepted, RefundError> {
    let order = order.filter(|order| order.id == known.terms.order_id).ok_or(RefundError::OtherParameters)?;
    if terms(new, order)? != known.terms {
        return Err(RefundError::OtherParameters);
    }
    Ok(Accepted { refund: RefundView::of(known, order), is_repeat: true })
}

/// The insert gave way to a row that is there. Equal calls wait for each other at the order, so a refund under the same
/// number is one of another order; else an id that was drawn is taken.
fn taken(tx: &mut dyn WriteTx, acting: &Acting, new: &NewRefund) -> Result<RefundError, StoreError> {
    let known = refunds::by_request_id(tx, acting.merchant_id, &new.request_id)?;
    Ok(if known.is_some() { RefundError::OtherParameters } else { RefundError::Collision })
}

/// Moves the money from merchant, platform and provider to the payer, or to where it is held for the payer.
fn give_back(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (refund, order): (&Refund, &Order),
) -> Result<(), BookingError> {
    let Figures { amount, commission, share, .. } = refund.figures;
    // The share goes back from whoever got it: the provider that brought the order, not the one that refunds it.
    let share = order.on_behalf.map(|on_behalf| (on_behalf.provider_id, share));
    let back = GivenBack { amount, commission, share };
    let (kind, mut postings) = match refund.state {
        RefundState::Pending { .. } => {
            (TransferKind::OrderRefundHold, ledger::order_refund_hold(refund.merchant_id, back))
        }
        RefundState::Succeeded { .. } => {
            (TransferKind::OrderRefund, ledger::order_refund(refund.payer_id, refund.merchant_id, back))
        }
    };
    let now = refund.accepted_at;
    if let Some(share) = share {
        postings = fee_share::give_back(tx, platform, share, postings, now)?;
    }
    booking::book(tx, platform, &Transfer::new(refund.taken_by(), kind, refund.id.get(), now, postings))
}
