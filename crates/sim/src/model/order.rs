//! Orders of the reference.

use super::price::Price;

/// How many refunds an order takes (decisions.md row 32).
pub(super) const ATTEMPTS: u32 = 10;
/// How long a confirmed price holds, in milliseconds (decisions.md row 31).
pub(super) const OFFER_MS: i64 = 60_000;

/// How long payers may hold an order, and how long nobody must for the next hold to be another (docs/decisions/0004).
const HOLD_MS: i64 = 300_000;
const BREAK_MS: i64 = 60_000;

/// A price that a payer confirmed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    /// Whether the second payer did.
    pub(super) payer: bool,
    pub(super) price: Price,
    /// Since when one price has come after another.
    pub(super) since: i64,
    pub(super) until: i64,
}

/// How an order was paid, and what has gone back since.
#[derive(Debug, Clone)]
pub(super) struct Paid {
    /// Whether the second payer paid.
    pub(super) payer: bool,
    pub(super) price: Price,
    pub(super) commission: i64,
    pub(super) share: i64,
    pub(super) refunded: i64,
    pub(super) commission_back: i64,
    pub(super) share_back: i64,
    pub(super) accepted: u32,
    /// Accepted and held.
    pub(super) under_way: u32,
}

impl Paid {
    pub(super) const fn new((payer, price): (bool, Price), commission: i64, share: i64) -> Self {
        let (refunded, commission_back, share_back) = (0, 0, 0);
        Self { payer, price, commission, share, refunded, commission_back, share_back, accepted: 0, under_way: 0 }
    }
}

#[derive(Debug, Clone)]
pub(super) enum State {
    Open(Option<Offer>),
    Paid(Paid),
    Closed,
}

#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) minor: i64,
    pub(super) expires_at: i64,
    pub(super) through_token: bool,
    pub(super) state: State,
}

impl Order {
    /// The price that somebody confirmed and that still holds.
    pub(super) fn offer(&self, now: i64) -> Option<Offer> {
        match self.state {
            State::Open(Some(offer)) if now < offer.until && now < self.expires_at => Some(offer),
            _ => None,
        }
    }

    /// Whether nobody has begun to pay it.
    pub(super) fn is_untouched(&self, now: i64) -> bool {
        matches!(self.state, State::Open(_)) && now < self.expires_at && self.offer(now).is_none()
    }

    /// Since when it is held, if somebody confirms a price of it now.
    pub(super) fn held_since(&self, now: i64) -> i64 {
        match self.state {
            State::Open(Some(last)) if now < last.until + BREAK_MS => last.since,
            _ => now,
        }
    }

    /// Whether its merchant may close it (decisions.md row 31).
    pub(super) fn is_closable(&self, now: i64) -> bool {
        self.is_untouched(now) || self.offer(now).is_some_and(|offer| offer.since + HOLD_MS <= now)
    }

    /// Whether this payer may confirm or pay (decisions.md row 31).
    pub(super) fn is_open_to(&self, payer: bool, now: i64) -> bool {
        self.is_untouched(now) || self.offer(now).is_some_and(|offer| offer.payer == payer)
    }

    /// `money.md` §1.10.
    pub(super) fn status(&self, now: i64) -> &'static str {
        match &self.state {
            State::Open(_) if self.offer(now).is_some() => "PENDING",
            State::Open(_) if self.is_untouched(now) => "INITIAL",
            State::Open(_) => "EXPIRED",
            State::Closed => "CANCELED",
            State::Paid(paid) if paid.under_way > 0 => "REFUNDING",
            State::Paid(paid) if paid.refunded == 0 => "PAID",
            State::Paid(paid) if paid.refunded == self.minor => "FULL_REFUNDED",
            State::Paid(_) => "REFUNDED",
        }
    }
}
