//! Pages of a merchant's orders, newest first.
//!
//! A page is read state by state and merged. Each read is a range of one index, which it leaves once the page is full; what is
//! stored narrows it to orders that have the wanted status or had it a moment ago, so that a rare status among a million orders
//! is found as fast as a common one.

use std::cmp::Reverse;
use std::ops::Range;

use countersign_domain::Timestamp;
use countersign_domain::id::{self, MerchantId, SubMerchantId};
use countersign_domain::order::{Order, OrderStatus};
use countersign_domain::time::DAY_MS;

use super::super::key::{Key, Side};
use super::row::{Stored, decode, status_name, stored_name};
use super::{
    BY_PROVIDER_NEWER, BY_PROVIDER_OLDER, BY_SUB_MERCHANT_NEWER, BY_SUB_MERCHANT_OLDER, IN_STATE_NEWER, IN_STATE_OLDER,
    OPEN_BY_PROVIDER_NEWER, OPEN_BY_PROVIDER_OLDER, OPEN_BY_SUB_MERCHANT_NEWER, OPEN_BY_SUB_MERCHANT_OLDER,
    REFUNDED_NEWER, REFUNDED_OLDER, REFUNDING_NEWER, REFUNDING_OLDER,
};
use crate::{ReadTx, Statement, StoreError, Value};

/// How far ids may run ahead of the clock and their orders still be found by their day: a clock that is set back leaves the ids
/// where they were.
const AHEAD_MS_MAX: i64 = DAY_MS;

/// Who brought the orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// Whoever did.
    Anybody,
    /// This provider.
    Provider(MerchantId),
    /// The merchant, for this sub-merchant of its own.
    SubMerchant(SubMerchantId),
}

/// Which of a merchant's orders are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Whose.
    pub merchant: MerchantId,
    /// Who brought them.
    pub through: Through,
    /// Those that have this status as of `now`; `None` for all.
    pub status: Option<OrderStatus>,
    /// Those that were created in this time; `None` for all.
    pub created: Option<Range<Timestamp>>,
    /// The instant as of which an order has its status.
    pub now: Timestamp,
}

impl Listing {
    /// All orders of `merchant`.
    pub const fn of(merchant: MerchantId, now: Timestamp) -> Self {
        Self { merchant, through: Through::Anybody, status: None, created: None, now }
    }

    /// Whether `order` is among them.
    pub fn holds(&self, order: &Order) -> bool {
        let through = match self.through {
            Through::Anybody => true,
            Through::Provider(id) => order.on_behalf.is_some_and(|by| by.provider_id == id),
            Through::SubMerchant(id) => order.sub_merchant_id == Some(id),
        };
        order.merchant_id == self.merchant
            && through
            && self.status.is_none_or(|status| order.status_at(self.now) == status)
            && self.created.as_ref().is_none_or(|created| created.contains(&order.created_at))
    }

    /// What may be stored of an order that has the status: one whose time is over may not be recorded as expired yet, and one
    /// whose confirmed price has lapsed is open again.
    fn stored(&self) -> &'static [Stored] {
        use OrderStatus as S;
        match self.status {
            None => &Stored::ALL,
            Some(S::Initial) => &[Stored::Initial, Stored::Pending],
            Some(S::Pending) => &[Stored::Pending],
            Some(S::Paid | S::Refunding | S::Refunded | S::FullRefunded) => &[Stored::Paid],
            Some(S::Canceled) => &[Stored::Canceled],
            Some(S::Expired) => &[Stored::Expired, Stored::Initial, Stored::Pending],
            Some(S::Error) => &[Stored::Error],
        }
    }

    /// The statement that reads those of them that are stored so. Who brought an order is no part of an index before it is paid
    /// or ended: that of a merchant's open orders is read for it, of which there are never many.
    fn statement(&self, stored: Stored, side: Side) -> &'static Statement {
        use OrderStatus as S;
        let (older, newer) = match (self.through, self.status) {
            (Through::Provider(_), _) if stored == Stored::Initial => {
                (&OPEN_BY_PROVIDER_OLDER, &OPEN_BY_PROVIDER_NEWER)
            }
            (Through::Provider(_), _) => (&BY_PROVIDER_OLDER, &BY_PROVIDER_NEWER),
            (Through::SubMerchant(_), _) if stored == Stored::Initial => {
                (&OPEN_BY_SUB_MERCHANT_OLDER, &OPEN_BY_SUB_MERCHANT_NEWER)
            }
            (Through::SubMerchant(_), _) => (&BY_SUB_MERCHANT_OLDER, &BY_SUB_MERCHANT_NEWER),
            (Through::Anybody, Some(S::Refunding)) => (&REFUNDING_OLDER, &REFUNDING_NEWER),
            (Through::Anybody, Some(S::Refunded | S::FullRefunded)) => (&REFUNDED_OLDER, &REFUNDED_NEWER),
            (Through::Anybody, _) => (&IN_STATE_OLDER, &IN_STATE_NEWER),
        };
        if side == Side::Older { older } else { newer }
    }

    /// Between which ids the orders lie: ids begin with the instant at which they were drawn.
    fn ids(&self, side: Side, key: i64) -> Range<i64> {
        let created = self.created.as_ref().map_or(-1..i64::MAX, |created| {
            id::compose(created.start, 0) - 1..id::compose(created.end.plus_ms(AHEAD_MS_MAX), u32::MAX)
        });
        match side {
            Side::Older => created.start..created.end.min(key),
            Side::Newer => created.start.max(key)..created.end,
        }
    }

    fn values(&self, stored: Stored, ids: &Range<i64>, limit: i64) -> Vec<Value<'static>> {
        let (from, to) =
            self.created.as_ref().map_or((i64::MIN, i64::MAX), |created| (created.start.ms(), created.end.ms()));
        let mut values: Vec<Value<'static>> = vec![
            self.merchant.get().into(),
            stored_name(stored).into(),
            ids.start.into(),
            ids.end.into(),
            from.into(),
            to.into(),
            self.status.map_or("", status_name).into(),
            self.now.ms().into(),
        ];
        let through = match self.through {
            Through::Anybody => None,
            Through::Provider(id) => Some(id.get()),
            Through::SubMerchant(id) => Some(id.get()),
        };
        values.extend(through.into_iter().chain([limit]).map(Value::from));
        values
    }
}

/// The orders of a listing next to a key, newest first.
pub fn keyed_page(tx: &mut dyn ReadTx, listing: &Listing, key: Key, limit: i64) -> Result<Vec<Order>, StoreError> {
    let read = |side, id| {
        let ids = listing.ids(side, id);
        let mut found = Vec::new();
        for stored in listing.stored() {
            for row in tx.query(listing.statement(*stored, side), &listing.values(*stored, &ids, limit))? {
                found.push((row.int(0)?, row));
            }
        }
        match side {
            Side::Older => found.sort_by_key(|(id, _)| Reverse(*id)),
            Side::Newer => found.sort_by_key(|(id, _)| *id),
        }
        found.truncate(usize::try_from(limit).expect("a page has rows"));
        Ok(found.into_iter().map(|(_, row)| row).collect())
    };
    key.page(read, decode)
}
