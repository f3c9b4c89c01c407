//! Where an order stands, in as little as tells whether it is still open.

use super::aggregate::Order;
use super::state::{OrderState, OrderStatus};
use crate::time::Timestamp;

/// What of an order whoever watches it is told. What has gone back of a payment is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing has ended it yet.
    Open {
        /// Until when a payer's confirmed price holds, or held.
        held_until: Option<Timestamp>,
        /// Until when it can be paid.
        expires_at: Timestamp,
    },
    /// Paid.
    Paid,
    /// See [`OrderState::Canceled`].
    Canceled,
    /// See [`OrderState::Expired`].
    Expired,
    /// See [`OrderState::Failed`].
    Failed,
}

impl Standing {
    /// The status as of `now`; [`OrderStatus::Paid`] also where something has gone back. A price that no longer holds and an
    /// order whose time is over read so even before a job has recorded it.
    pub fn status_at(self, now: Timestamp) -> OrderStatus {
        match self {
            Self::Open { held_until: Some(until), .. } if now < until => OrderStatus::Pending,
            Self::Open { expires_at, .. } if expires_at <= now => OrderStatus::Expired,
            Self::Open { .. } => OrderStatus::Initial,
            Self::Paid => OrderStatus::Paid,
            Self::Canceled => OrderStatus::Canceled,
            Self::Expired => OrderStatus::Expired,
            Self::Failed => OrderStatus::Error,
        }
    }
}

impl Order {
    /// Where it stands.
    pub fn standing(&self) -> Standing {
        let expires_at = self.expires_at;
        match &self.state {
            OrderState::Initial => Standing::Open { held_until: None, expires_at },
            OrderState::Pending(offer) => Standing::Open { held_until: Some(offer.until), expires_at },
            OrderState::Paid(..) => Standing::Paid,
            OrderState::Canceled { .. } => Standing::Canceled,
            OrderState::Expired { .. } => Standing::Expired,
            OrderState::Failed { .. } => Standing::Failed,
        }
    }
}
