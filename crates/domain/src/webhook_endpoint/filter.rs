//! Kinds of events, and the choice that an owner makes among them.

use std::collections::BTreeSet;

use thiserror::Error;

/// What an event is about, one for each `bizType` of `partner.md` §3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// An order was paid, or ended without a payment.
    Order,
    /// A refund came to its end.
    Refund,
    /// A batch of payouts moved on.
    Payout,
    /// A payout to somebody without an account moved on.
    ExternalPayout,
    /// A balance report is ready.
    BalanceReport,
    /// A direct-debit contract was signed or ended.
    DirectDebitContract,
    /// An authorization was decided on or changed.
    Authorization,
    /// A merchant's own QR code was scanned.
    MerchantQrCode,
    /// A payer shared an account id.
    SharedAccountId,
}

impl EventKind {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Order,
        Self::Refund,
        Self::Payout,
        Self::ExternalPayout,
        Self::BalanceReport,
        Self::DirectDebitContract,
        Self::Authorization,
        Self::MerchantQrCode,
        Self::SharedAccountId,
    ];

    /// The name under which it is stored, for ever.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "ORDER",
            Self::Refund => "REFUND",
            Self::Payout => "PAYOUT",
            Self::ExternalPayout => "EXTERNAL_PAYOUT",
            Self::BalanceReport => "BALANCE_REPORT",
            Self::DirectDebitContract => "DIRECT_DEBIT_CONTRACT",
            Self::Authorization => "AUTHORIZATION",
            Self::MerchantQrCode => "MERCHANT_QR_CODE",
            Self::SharedAccountId => "SHARED_ACCOUNT_ID",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A stored name that no kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("there is no such kind of event")]
pub struct UnknownKind;

/// Which kinds an endpoint is told of. Nothing chosen means everything, kinds that come later among it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter(BTreeSet<EventKind>);

impl EventFilter {
    /// Every kind.
    pub const ALL: Self = Self(BTreeSet::new());

    /// Whether nothing was chosen, so that everything is told.
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether events of this kind are told.
    pub fn holds(&self, kind: EventKind) -> bool {
        self.is_all() || self.0.contains(&kind)
    }

    /// What was chosen; nothing where everything is told.
    pub fn chosen(&self) -> impl Iterator<Item = EventKind> {
        self.0.iter().copied()
    }

    /// The names of what was chosen with commas between them; empty where everything is told.
    pub fn to_stored(&self) -> String {
        self.chosen().map(EventKind::name).collect::<Vec<_>>().join(",")
    }

    /// Reads what [`Self::to_stored`] wrote.
    pub fn from_stored(text: &str) -> Result<Self, UnknownKind> {
        let names = text.split(',').filter(|name| !name.is_empty());
        names.map(|name| EventKind::from_name(name).ok_or(UnknownKind)).collect()
    }
}

impl FromIterator<EventKind> for EventFilter {
    fn from_iter<I: IntoIterator<Item = EventKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_lead_back() {
        let names: BTreeSet<&str> = EventKind::ALL.into_iter().map(EventKind::name).collect();
        assert_eq!(names.len(), EventKind::ALL.len());
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_name(kind.name()), Some(kind));
            assert!(!kind.name().contains(','));
        }
    }

    #[test]
    fn nothing_chosen_is_everything() {
        let some: EventFilter = [EventKind::Refund, EventKind::Order, EventKind::Refund].into_iter().collect();
        assert_eq!(some.to_stored(), "ORDER,REFUND");
        for filter in [EventFilter::ALL, some.clone(), EventKind::ALL.into_iter().collect()] {
            assert_eq!(EventFilter::from_stored(&filter.to_stored()), Ok(filter));
        }
        assert!(EventKind::ALL.into_iter().all(|kind| EventFilter::ALL.holds(kind)));
        let held: Vec<EventKind> = EventKind::ALL.into_iter().filter(|kind| some.holds(*kind)).collect();
        assert_eq!(held, [EventKind::Order, EventKind::Refund]);
        assert_eq!(EventFilter::from_stored("ORDER,SOMETHING"), Err(UnknownKind));
    }
}
