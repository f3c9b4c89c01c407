//! Scopes: what a provider may be allowed to do for a merchant, and what an API key is ticked for (`partner.md` §4.2).

use serde::{Deserialize, Serialize};

/// One family of merchant-API calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Convert one asset into another.
    Convert,
    /// Refund orders.
    Refund,
    /// Create, query and close orders.
    Checkout,
    /// Pay out from the merchant's wallet.
    Payout,
    /// Download reports.
    Report,
    /// Move funds between the merchant's own wallets.
    InternalTransfer,
    /// See wallet balances.
    Balance,
    /// Debit payers under contracts.
    DirectDebit,
    /// Split settled orders with receivers.
    ProfitSharing,
    /// Enrol and edit sub-merchants.
    SubMerchant,
}

impl Scope {
    /// All ten, in the order of the query-scopes page.
    pub const ALL: [Self; 10] = [
        Self::Convert,
        Self::Refund,
        Self::Checkout,
        Self::Payout,
        Self::Report,
        Self::InternalTransfer,
        Self::Balance,
        Self::DirectDebit,
        Self::ProfitSharing,
        Self::SubMerchant,
    ];

    const fn bit(self) -> i64 {
        match self {
            Self::Convert => 1,
            Self::Refund => 1 << 1,
            Self::Checkout => 1 << 2,
            Self::Payout => 1 << 3,
            Self::Report => 1 << 4,
            Self::InternalTransfer => 1 << 5,
            Self::Balance => 1 << 6,
            Self::DirectDebit => 1 << 7,
            Self::ProfitSharing => 1 << 8,
            Self::SubMerchant => 1 << 9,
        }
    }
}

/// A set of scopes. Stored as an integer whose bits are fixed for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(i64);

impl ScopeSet {
    /// No scope.
    pub const EMPTY: Self = Self(0);
    /// All ten scopes.
    pub const ALL: Self = Self((1 << 10) - 1);

    /// From the stored integer; unknown bits are refused, not ignored.
    pub const fn from_bits(bits: i64) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
    }

    /// The stored integer.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// Whether `scope` is in the set.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether every scope of this set is in `other`.
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the set has no scope.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes of this set that `other` lacks.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The scopes, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_distinct_and_cover_the_whole() {
        assert_eq!(Scope::ALL.into_iter().collect::<ScopeSet>(), ScopeSet::ALL);
        assert_eq!(ScopeSet::ALL.iter().count(), 10);
        assert_eq!(ScopeSet::from_bits(1 << 10), None);
        for scope in Scope::ALL {
            let alone: ScopeSet = [scope].into_iter().collect();
            assert!(alone.contains(scope) && alone.iter().count() == 1);
            assert!(!ScopeSet::ALL.difference(alone).contains(scope));
        }
    }
}
