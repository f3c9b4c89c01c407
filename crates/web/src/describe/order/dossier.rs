//! All that the page of one order shows, read on one snapshot.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OrderId, TransferId};
use countersign_domain::ledger::{AccountRef, Part};
use countersign_domain::order::{Order, OrderState};
use countersign_domain::refund::{Refund, RefundState};
use countersign_domain::{Amount, Initiator};
use countersign_store::queries::outbox::{self, Message};
use countersign_store::queries::{ledger, merchants, orders, refunds, sub_merchants};
use countersign_store::{ReadTx, StoreError};

use super::who::who;
use crate::describe::{delivery_line, money};
use crate::pages::{DeliveryLine, OrderTotals};

/// The most deliveries that the page shows, more than an order has unless a merchant sends its own again and again.
const DELIVERIES_MAX: i64 = 50;

/// One transfer with its legs.
pub(super) struct Booked {
    pub(super) of: BookedFor,
    pub(super) at: Timestamp,
    pub(super) legs: Vec<(AccountRef, Part, Amount)>,
}

/// Why a transfer moved money of the order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BookedFor {
    Payment,
    Refund,
    /// A refund was accepted and is held for its payer.
    Hold,
    /// What was held was brought.
    Release,
}

/// An order with everything around it that its merchant may see.
pub(crate) struct Dossier {
    pub(crate) order: Order,
    /// Who created it.
    pub(super) created_by: String,
    /// Who closed it, where it was closed and that was kept.
    pub(super) closed_by: Option<String>,
    /// The provider that brought it.
    pub(super) provider: Option<String>,
    /// The sub-merchant that sold.
    pub(super) seller: Option<String>,
    /// In the order in which they were accepted, with who asked.
    pub(super) refunds: Vec<(Refund, String)>,
    pub(super) booked: Vec<Booked>,
    messages: Vec<Message>,
}

impl Dossier {
    /// The order of `merchant` with this id; another merchant's is not there.
    pub(crate) fn read(tx: &mut dyn ReadTx, (merchant, id): (MerchantId, OrderId)) -> Result<Option<Self>, StoreError> {
        let Some(order) = orders::get(tx, id)?.filter(|order| order.merchant_id == merchant) else { return Ok(None) };
        let provider = match order.on_behalf {
            None => None,
            Some(by) => merchants::get(tx, by.provider_id)?.map(|found| format!("{} ({})", found.name, found.id)),
        };
        let seller = match order.sub_merchant_id {
            None => None,
            Some(id) => sub_merchants::get(tx, id)?.map(|found| format!("{} ({id})", found.details.name)),
        };
        let closed_by = match order.state {
            OrderState::Canceled { by: Some(by), .. } => Some(who(tx, merchant, by)?),
            _ => None,
        };
        let mut told = Vec::new();
        for refund in refunds::of_orders(tx, (OrderId::new(id.get() - 1), id))? {
            let asked_by = who(tx, merchant, refund.initiator)?;
            told.push((refund, asked_by));
        }
        Ok(Some(Self {
            created_by: who(tx, merchant, Initiator::Key(order.api_key_id))?,
            closed_by,
            provider,
            seller,
            booked: booked(tx, &order, &told)?,
            messages: outbox::webhooks_about(tx, (merchant, id.get()), DELIVERIES_MAX)?,
            refunds: told,
            order,
        }))
    }

    /// What was paid, what has gone back and what is left; nothing where it was not paid.
    pub(crate) fn totals(&self, now: Timestamp) -> Option<OrderTotals> {
        let OrderState::Paid(_, returned) = &self.order.state else { return None };
        let left = self.order.amount.minus(returned.refunded).expect("at most all goes back");
        Some(OrderTotals {
            paid: money(self.order.amount),
            refunded: money(returned.refunded),
            left: money(left),
            under_way: (returned.under_way > 0).then(|| under_way(returned.under_way)),
            no_more: super::refund_offer(&self.order, now).err(),
        })
    }

    /// What was told about it over webhooks, newest first.
    pub(crate) fn deliveries(&self, now: Timestamp) -> Vec<DeliveryLine> {
        self.messages.iter().map(|message| delivery_line(message, now)).collect()
    }
}

fn under_way(refunds: u32) -> String {
    if refunds == 1 {
        "One refund waits until its payer can take it.".to_owned()
    } else {
        format!("{refunds} refunds wait until their payer can take them.")
    }
}

fn booked(tx: &mut dyn ReadTx, order: &Order, refunds: &[(Refund, String)]) -> Result<Vec<Booked>, StoreError> {
    let mut transfers: Vec<(BookedFor, Timestamp, TransferId)> = Vec::new();
    transfers.extend(order.state.payment().map(|paid| (BookedFor::Payment, paid.paid_at, paid.transfer_id)));
    for (refund, _) in refunds {
        match refund.state {
            RefundState::Pending { hold_id } => transfers.push((BookedFor::Hold, refund.accepted_at, hold_id)),
            RefundState::Succeeded { at, transfer_id, hold_id: None } => {
                transfers.push((BookedFor::Refund, at, transfer_id));
            }
            RefundState::Succeeded { at, transfer_id, hold_id: Some(hold_id) } => {
                transfers.push((BookedFor::Hold, refund.accepted_at, hold_id));
                transfers.push((BookedFor::Release, at, transfer_id));
            }
        }
    }
    transfers.sort_by_key(|(_, at, id)| (*at, *id));
    let read = |(of, at, id)| Ok(Booked { of, at, legs: ledger::postings_of_transfer(tx, id)? });
    transfers.into_iter().map(read).collect()
}
