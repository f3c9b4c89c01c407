//! States as coloured words. The word carries the meaning; the colour only helps the eye.

use countersign_domain::order::OrderStatus;

/// How a state should feel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Over, or of no concern.
    Neutral,
    /// In progress.
    Info,
    /// As it should be.
    Good,
    /// Wants attention.
    Warn,
    /// Refused, failed, dangerous.
    Bad,
}

impl Tone {
    /// The CSS class suffix.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A state as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusPill {
    /// One or two words.
    pub text: String,
    /// Its colour.
    pub tone: Tone,
}

impl StatusPill {
    /// A pill with a text and a tone.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    /// The pill of an authorization's state. `FROZEN` is the portal's own word: on the wire it reads `DISABLED`.
    pub fn authorization(state: &str) -> Self {
        match state {
            "PENDING" => Self::new("Pending", Tone::Warn),
            "AUTHORIZED" => Self::new("Authorized", Tone::Good),
            "FROZEN" => Self::new("Frozen", Tone::Info),
            "REJECTED" => Self::new("Rejected", Tone::Bad),
            "DISABLED" => Self::new("Disabled", Tone::Bad),
            "EXPIRED" => Self::new("Expired", Tone::Neutral),
            "CANCELLED" => Self::new("Cancelled", Tone::Neutral),
            other => Self::new(other, Tone::Neutral),
        }
    }

    /// The pill of where an order stands.
    pub fn order(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Initial => Self::new("Open", Tone::Info),
            OrderStatus::Pending => Self::new("Confirming", Tone::Warn),
            OrderStatus::Paid => Self::new("Paid", Tone::Good),
            OrderStatus::Refunding => Self::new("Refunding", Tone::Warn),
            OrderStatus::Refunded => Self::new("Refunded in part", Tone::Neutral),
            OrderStatus::FullRefunded => Self::new("Refunded", Tone::Neutral),
            OrderStatus::Canceled => Self::new("Closed", Tone::Neutral),
            OrderStatus::Expired => Self::new("Expired", Tone::Neutral),
            OrderStatus::Error => Self::new("Failed", Tone::Bad),
        }
    }

    /// The pill of a sub-merchant.
    pub fn sub_merchant(is_active: bool) -> Self {
        if is_active { Self::new("Active", Tone::Good) } else { Self::new("Suspended", Tone::Bad) }
    }

    /// The pill of a webhook delivery (`pending`, `retrying`, `delivered`, `failed`, `missed`, `dropped`).
    pub fn delivery(state: &str) -> Self {
        match state {
            "delivered" => Self::new("Delivered", Tone::Good),
            "pending" => Self::new("Pending", Tone::Info),
            "retrying" => Self::new("Tries again", Tone::Warn),
            "failed" => Self::new("Failed", Tone::Bad),
            "missed" => Self::new("Missed", Tone::Bad),
            "dropped" => Self::new("Not sent", Tone::Neutral),
            other => Self::new(other, Tone::Neutral),
        }
    }
}
