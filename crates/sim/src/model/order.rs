//! Orders of the reference.

use crate::step::Holder;

/// How many refunds an order takes (decisions.md row 32).
pub(super) const ATTEMPTS: u32 = 10;

/// How an order was paid, and what has gone back since.
#[derive(Debug, Clone)]
pub(super) struct Paid {
    pub(super) payer: Holder,
    pub(super) commission: i64,
    pub(super) share: i64,
    pub(super) refunded: i64,
    pub(super) commission_back: i64,
    pub(super) share_back: i64,
    pub(super) accepted: u32,
}

impl Paid {
    pub(super) fn new(payer: Holder, commission: i64, share: i64) -> Self {
        Self { payer, commission, share, refunded: 0, commission_back: 0, share_back: 0, accepted: 0 }
    }
}

#[derive(Debug, Clone)]
pub(super) enum State {
    Open,
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
    pub(super) fn is_open(&self, now: i64) -> bool {
        matches!(self.state, State::Open) && now < self.expires_at
    }

    /// `money.md` §1.10.
    pub(super) fn status(&self, now: i64) -> &'static str {
        match &self.state {
            State::Open if self.is_open(now) => "INITIAL",
            State::Open => "EXPIRED",
            State::Closed => "CANCELED",
            State::Paid(paid) if paid.refunded == 0 => "PAID",
            State::Paid(paid) if paid.refunded == self.minor => "FULL_REFUNDED",
            State::Paid(_) => "REFUNDED",
        }
    }
}
