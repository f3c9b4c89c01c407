//! External postings: money that enters or leaves through custody, as the operator's own systems tell it.
//!
//! Invariants: a reference moves money once, for ever; told again with the same [`PostingTerms`] it is the same posting, with
//! others a mistake. Each posting is one ledger transfer, whose id it shares; `countersign check` proves each against the other.

use serde::{Deserialize, Serialize};

use crate::id::{AdminKeyId, TransferId};
use crate::ledger::{self, Owner, Posting, TransferKind, Wallet};
use crate::merchant::is_plain_name;
use crate::money::Amount;
use crate::time::Timestamp;

/// The most characters of a reference.
pub const REFERENCE_LENGTH_MAX: usize = 128;
/// The most characters of a posting's note, and of the reason for a freeze.
pub const REMARK_LENGTH_MAX: usize = 256;

/// What the operator's system calls a movement: 1 to 128 visible ASCII characters, unique for ever.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalReference(String);

impl ExternalReference {
    /// Reads a reference; `None` where it is none.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (visible && (1..=REFERENCE_LENGTH_MAX).contains(&text.len())).then_some(Self(text))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words of the operator, for people: 1 to 256 characters that can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Remark(String);

impl Remark {
    /// Reads a remark; `None` where it is empty, too long, or not what its reader would see.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (text.chars().count() <= REMARK_LENGTH_MAX && is_plain_name(&text)).then_some(Self(text))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PostingKind {
    /// It came in.
    Deposit,
    /// It went out.
    Withdrawal,
}

impl PostingKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Deposit, Self::Withdrawal];

    /// The kind of its ledger transfer.
    pub const fn transfer_kind(self) -> TransferKind {
        match self {
            Self::Deposit => TransferKind::Deposit,
            Self::Withdrawal => TransferKind::Withdrawal,
        }
    }
}

/// What a reference stands for: told again, all of it must be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingTerms {
    /// Which way.
    pub kind: PostingKind,
    /// Whose account.
    pub owner: Owner,
    /// Which of its wallets.
    pub wallet: Wallet,
    /// How much, above zero.
    pub amount: Amount,
    /// What the operator noted with it.
    pub note: Option<Remark>,
}

impl PostingTerms {
    /// The legs of the ledger transfer.
    pub fn legs(&self) -> [Posting; 2] {
        match self.kind {
            PostingKind::Deposit => ledger::deposit(self.owner, self.wallet, self.amount),
            PostingKind::Withdrawal => ledger::withdrawal(self.owner, self.wallet, self.amount),
        }
    }
}

/// A posting as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalPosting {
    /// The ledger transfer, which is also its cause.
    pub transfer_id: TransferId,
    /// What the operator's system calls it.
    pub reference: ExternalReference,
    /// What it says.
    pub terms: PostingTerms,
    /// With which key it was posted; `None` where the operator did it in person.
    pub admin_key_id: Option<AdminKeyId>,
    /// What was free in the wallet afterwards.
    pub available: Amount,
    /// When.
    pub posted_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_remarks_are_bounded_and_can_be_seen() {
        let longest = "r".repeat(REFERENCE_LENGTH_MAX);
        assert!(ExternalReference::new("wire/2026-01-15#42").is_some() && ExternalReference::new(&*longest).is_some());
        for text in ["", " ", "a b", "a\n", "\u{fc}", &format!("{longest}r")] {
            assert_eq!(ExternalReference::new(text), None, "{text:?}");
        }
        let longest = "\u{fc}".repeat(REMARK_LENGTH_MAX);
        assert!(Remark::new("Batch 7, M\u{fc}ller").is_some() && Remark::new(&*longest).is_some());
        for text in ["", " ", "a\nb", "a\u{202e}b", &format!("{longest}u")] {
            assert_eq!(Remark::new(text), None, "{text:?}");
        }
    }
}
