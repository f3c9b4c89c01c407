//! The ten scopes a technical service provider can be granted (partner.md 4.2), as the wire spells them.

use std::fmt;

/// A scope's name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScopeName {
    /// Every convert call.
    Convert,
    /// The refund call; `order/refund/query` too (decisions.md row 15).
    Refund,
    /// Every order call but the refund.
    Checkout,
    /// Every payout call.
    Payout,
    /// Every report call.
    Report,
    /// Every call that moves funds between own wallets.
    InternalTransfer,
    /// Every balance call.
    Balance,
    /// The direct-debit family.
    DirectDebit,
    /// The profit-sharing family.
    ProfitSharing,
    /// The sub-merchant family.
    SubMerchant,
}

impl ScopeName {
    /// All ten, in the order of partner.md 4.2.
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

    /// The ten spellings, in the same order.
    pub const SPELLINGS: [&'static str; 10] = [
        "CONVERT",
        "REFUND",
        "CHECKOUT",
        "PAYOUT",
        "REPORT",
        "INTERNAL_TRANSFER",
        "BALANCE",
        "DIRECT_DEBIT",
        "PROFIT_SHARING",
        "SUB_MERCHANT",
    ];

    /// The wire's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Convert => "CONVERT",
            Self::Refund => "REFUND",
            Self::Checkout => "CHECKOUT",
            Self::Payout => "PAYOUT",
            Self::Report => "REPORT",
            Self::InternalTransfer => "INTERNAL_TRANSFER",
            Self::Balance => "BALANCE",
            Self::DirectDebit => "DIRECT_DEBIT",
            Self::ProfitSharing => "PROFIT_SHARING",
            Self::SubMerchant => "SUB_MERCHANT",
        }
    }

    /// The scope spelled so; names are case-sensitive (partner.md 1.1).
    pub fn from_wire(spelling: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == spelling)
    }
}

impl fmt::Display for ScopeName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_variants_agree() {
        assert_eq!(ScopeName::ALL.map(ScopeName::as_str), ScopeName::SPELLINGS);
        for scope in ScopeName::ALL {
            assert_eq!(ScopeName::from_wire(scope.as_str()), Some(scope));
        }
        assert_eq!(ScopeName::from_wire("checkout"), None);
    }
}
