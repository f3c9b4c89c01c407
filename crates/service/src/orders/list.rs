//! Orders as pages list them. The page has decided that its reader may see what is this merchant's.
//!
//! Whoever looks for an order has one of its ids at hand, and nobody should have to say which: every id that a merchant is
//! ever told is tried, exactly, each by an index. An id of somebody else's finds nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use countersign_domain::Timestamp;
use countersign_domain::id::{
    ACCOUNT_NUMBER_END, ACCOUNT_NUMBER_MIN, MerchantId, OrderId, RefundId, SubMerchantId, TransferId,
};
use countersign_domain::ledger::TransferKind;
use countersign_domain::order::{Order, OrderStatus};
use countersign_store::queries::orders::{self, Listing, Through};
use countersign_store::queries::{Key, ledger, refunds, sub_merchants};
use countersign_store::{ReadTx, StoreError};

/// The most orders on one page.
pub const PAGE_MAX: i64 = 100;
/// The most characters of what is looked for: no id of ours or of a merchant's is longer.
pub const SEARCH_LENGTH_MAX: usize = 64;
/// How transactions begin where the wire shows them.
pub const TRANSACTION_PREFIX: &str = "M_P_";

/// Which of a merchant's orders are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// A whole id: of the order, by ours or the merchant's own number; of its payment; of a refund, by ours or the merchant's
    /// own number; of the sub-merchant or of the provider that it was made through. Empty for all.
    pub text: String,
    /// Those that have this status; `None` for all.
    pub status: Option<OrderStatus>,
    /// Those that were created in this time; `None` for all.
    pub created: Option<Range<Timestamp>>,
}

/// What a text names among the orders of a merchant.
#[derive(Default)]
struct Named {
    /// Single orders.
    orders: BTreeMap<OrderId, Order>,
    /// Whoever brought orders.
    through: Option<Through>,
}

/// Orders of `merchant` next to a key as of `now`, newest first; at most [`PAGE_MAX`].
pub fn page_of_merchant(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    (filter, now): (&Filter, Timestamp),
    (key, limit): (Key, i64),
) -> Result<Vec<Order>, StoreError> {
    let limit = limit.clamp(1, PAGE_MAX);
    let listing = Listing { status: filter.status, created: filter.created.clone(), ..Listing::of(merchant, now) };
    let text = filter.text.trim();
    if text.is_empty() {
        return orders::keyed_page(tx, &listing, key, limit);
    }
    if text.chars().count() > SEARCH_LENGTH_MAX {
        return Ok(Vec::new());
    }
    let named = named(tx, merchant, text)?;
    let mut found: BTreeMap<OrderId, Order> =
        named.orders.into_iter().filter(|(id, order)| key.is_beyond(id.get()) && listing.holds(order)).collect();
    if let Some(through) = named.through {
        let brought = orders::keyed_page(tx, &Listing { through, ..listing }, key, limit)?;
        found.extend(brought.into_iter().map(|order| (order.id, order)));
    }
    Ok(nearest(found, key, limit))
}

/// The rows that are next to the key, newest first.
fn nearest(found: BTreeMap<OrderId, Order>, key: Key, limit: i64) -> Vec<Order> {
    let limit = usize::try_from(limit).expect("a page has rows");
    let newest_first = found.into_values().rev();
    match key {
        Key::Newest | Key::Before(_) => newest_first.take(limit).collect(),
        Key::After(_) => {
            let all: Vec<Order> = newest_first.collect();
            let more = all.len().saturating_sub(limit);
            all.into_iter().skip(more).collect()
        }
    }
}

fn named(tx: &mut dyn ReadTx, merchant: MerchantId, text: &str) -> Result<Named, StoreError> {
    let mut named = Named::default();
    let mut keep = |order: Option<Order>| {
        named.orders.extend(order.filter(|order| order.merchant_id == merchant).map(|order| (order.id, order)));
    };
    keep(orders::by_trade_no(tx, merchant, text)?);
    if let Some(refund) = refunds::by_request_id(tx, merchant, text)? {
        keep(orders::get(tx, refund.terms.order_id)?);
    }
    if let Some(number) = number(text.strip_prefix(TRANSACTION_PREFIX).unwrap_or(text)) {
        keep(of_transfer(tx, TransferId::new(number))?);
    }
    if let Some(number) = number(text) {
        keep(orders::get(tx, OrderId::new(number))?);
        keep(of_refund(tx, RefundId::new(number))?);
        named.through = through(tx, merchant, number)?;
    }
    Ok(named)
}

/// Digits alone, as pages and the wire print ids.
fn number(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn of_refund(tx: &mut dyn ReadTx, id: RefundId) -> Result<Option<Order>, StoreError> {
    match refunds::get(tx, id)? {
        Some(refund) => orders::get(tx, refund.terms.order_id),
        None => Ok(None),
    }
}

fn of_transfer(tx: &mut dyn ReadTx, id: TransferId) -> Result<Option<Order>, StoreError> {
    match ledger::cause(tx, id)? {
        Some((TransferKind::OrderPayment, order)) => orders::get(tx, OrderId::new(order)),
        Some((TransferKind::OrderRefund | TransferKind::OrderRefundHold, refund)) => {
            of_refund(tx, RefundId::new(refund))
        }
        Some((TransferKind::Deposit | TransferKind::Withdrawal | TransferKind::WalletTransfer, _)) | None => Ok(None),
    }
}

/// Whose orders a number stands for: those of a sub-merchant of this merchant, or those through another account. Which accounts
/// are providers need not be known: no order came through any other.
fn through(tx: &mut dyn ReadTx, merchant: MerchantId, number: i64) -> Result<Option<Through>, StoreError> {
    if (ACCOUNT_NUMBER_MIN..ACCOUNT_NUMBER_END).contains(&number) {
        return Ok(Some(Through::Provider(MerchantId::new(number))));
    }
    let found = sub_merchants::get(tx, SubMerchantId::new(number))?;
    Ok(found.filter(|found| found.partner_id == merchant).map(|found| Through::SubMerchant(found.id)))
}
