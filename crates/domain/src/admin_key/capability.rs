//! What a key may do.

use serde::{Deserialize, Serialize};

/// One family of the operator's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Capability {
    /// Post deposits and withdrawals.
    LedgerPost,
    /// See the trial balance.
    LedgerRead,
    /// Freeze and unfreeze accounts.
    AccountFreeze,
    /// See one account's balances and standing.
    AccountRead,
    /// See merchants' webhook endpoints and what was delivered.
    WebhookRead,
    /// Send webhooks again.
    WebhookResend,
    /// Change merchants' webhook endpoints: to where tokens and payments are told.
    WebhookManage,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 7] = [
        Self::LedgerPost,
        Self::LedgerRead,
        Self::AccountFreeze,
        Self::AccountRead,
        Self::WebhookRead,
        Self::WebhookResend,
        Self::WebhookManage,
    ];

    const fn bit(self) -> i64 {
        match self {
            Self::LedgerPost => 1,
            Self::LedgerRead => 1 << 1,
            Self::AccountFreeze => 1 << 2,
            Self::AccountRead => 1 << 3,
            Self::WebhookRead => 1 << 4,
            Self::WebhookResend => 1 << 5,
            Self::WebhookManage => 1 << 6,
        }
    }

    /// Its name, as the operator writes it: `ledger.post`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LedgerPost => "ledger.post",
            Self::LedgerRead => "ledger.read",
            Self::AccountFreeze => "account.freeze",
            Self::AccountRead => "account.read",
            Self::WebhookRead => "webhook.read",
            Self::WebhookResend => "webhook.resend",
            Self::WebhookManage => "webhook.manage",
        }
    }

    /// The capability with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.name() == name)
    }
}

/// A set of capabilities. Stored as an integer whose bits are fixed for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CapabilitySet(i64);

impl CapabilitySet {
    const ALL_BITS: i64 = (1 << Capability::ALL.len()) - 1;

    /// From the stored integer; unknown bits are refused, not ignored.
    pub const fn from_bits(bits: i64) -> Option<Self> {
        if bits & !Self::ALL_BITS == 0 { Some(Self(bits)) } else { None }
    }

    /// The stored integer.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// Whether `capability` is in the set.
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// Whether the set has no capability.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The capabilities, in the order of [`Capability::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |capability| self.contains(*capability))
    }
}

impl FromIterator<Capability> for CapabilitySet {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().fold(0, |bits, capability| bits | capability.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_distinct_and_names_are_read_back() {
        let all: CapabilitySet = Capability::ALL.into_iter().collect();
        assert_eq!((all.bits(), all.iter().count()), (CapabilitySet::ALL_BITS, Capability::ALL.len()));
        assert_eq!(CapabilitySet::from_bits(CapabilitySet::ALL_BITS + 1), None);
        for capability in Capability::ALL {
            let alone: CapabilitySet = [capability].into_iter().collect();
            assert!(alone.contains(capability) && alone.iter().count() == 1);
            assert_eq!(Capability::from_name(capability.name()), Some(capability));
        }
        assert_eq!(Capability::from_name("LEDGER.POST"), None);
    }
}
