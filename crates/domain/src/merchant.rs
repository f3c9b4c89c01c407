//! Merchants of every kind: plain ones, technical service providers and channel partners.

use serde::{Deserialize, Serialize};

use crate::id::MerchantId;
use crate::money::PartsPerMillion;
use crate::scope::ScopeSet;
use crate::time::Timestamp;

/// The most characters of a merchant's name (`partner.md` §3.9).
pub const MERCHANT_NAME_LENGTH_MAX: usize = 128;

/// Characters that show nothing or turn what stands beside them: general categories Cf, Zl and Zp of Unicode 16, and the
/// letters, marks and selectors that are blank or ignored by themselves. Sorted.
const DECEPTIVE: &[(char, char)] = &[
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{600}', '\u{605}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{6DD}', '\u{6DD}'),
    ('\u{70F}', '\u{70F}'),
    ('\u{890}', '\u{891}'),
    ('\u{8E2}', '\u{8E2}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF9}', '\u{FFFB}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Signs that change the look of the one before them and show nothing alone; emoji have them.
const SELECTORS: std::ops::RangeInclusive<char> = '\u{FE00}'..='\u{FE0F}';

/// Whether a character is what a reader sees: no control, invisible or reordering one.
pub fn is_plain_char(char: char) -> bool {
    !char.is_control() && !DECEPTIVE.iter().any(|&(first, last)| (first..=last).contains(&char))
}

/// Whether all of a text that somebody chose is what a reader sees.
pub fn is_plain_text(text: &str) -> bool {
    text.chars().all(is_plain_char)
}

/// Whether a text can be a name on a page where somebody decides by it: [`is_plain_text`] with something to see.
pub fn is_plain_name(name: &str) -> bool {
    is_plain_text(name) && name.chars().any(|char| !char.is_whitespace() && !SELECTORS.contains(&char))
}

/// What a merchant may be besides selling for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MerchantKind {
    /// Sells for itself.
    Plain,
    /// A technical service provider: may ask other merchants for authority over the allowed scopes.
    Provider {
        /// The scopes it may ask for; withdrawing one here takes it out of every grant at once.
        allowed_scopes: ScopeSet,
        /// Its part of the commission on orders that it brings (`decisions.md` row 21).
        fee_share: PartsPerMillion,
    },
    /// A channel partner: may enrol sub-merchants.
    Partner,
}

/// Whether a merchant may act at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MerchantStatus {
    /// May act.
    Active,
    /// Frozen by the operator: calls are refused with 400203.
    Frozen,
}

/// One merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Its number, also its Binance ID.
    pub id: MerchantId,
    /// Its name as payers and merchants see it.
    pub name: String,
    /// Its kind.
    pub kind: MerchantKind,
    /// Whether it may act.
    pub status: MerchantStatus,
    /// What the operator takes of each payment to it.
    pub commission: PartsPerMillion,
    /// When it was enrolled.
    pub created_at: Timestamp,
}

impl Merchant {
    /// The scopes that this merchant may ask others for: none unless it is a provider.
    pub fn allowed_scopes(&self) -> ScopeSet {
        match self.kind {
            MerchantKind::Provider { allowed_scopes, .. } => allowed_scopes,
            MerchantKind::Plain | MerchantKind::Partner => ScopeSet::EMPTY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_their_reader_sees() {
        let plain = [
            "Acme",
            "Tea House",
            "M\u{fc}ller & S\u{f6}hne",
            "\u{645}\u{62a}\u{62c}\u{631}",
            "\u{5546}\u{5e97}",
            "I \u{2764}\u{fe0f} Tea",
            "a",
        ];
        for name in plain {
            assert!(is_plain_name(name), "{name:?}");
        }
        for name in ["", " ", "\u{a0}\u{3000}", "\u{fe0f}"] {
            assert!(is_plain_text(name) && !is_plain_name(name), "nothing to see in {name:?}");
        }
        let ranges = [
            0x200B..=0x200F,
            0x2028..=0x202E,
            0x2060..=0x2069,
            0xFEFF..=0xFEFF,
            0xAD..=0xAD,
            0x61C..=0x61C,
            0x7F..=0x7F,
            0xE0041..=0xE0041,
        ];
        for number in ranges.into_iter().flatten() {
            let char = char::from_u32(number).expect("a character");
            assert!(!is_plain_name(&format!("Ac{char}me")) && !is_plain_text(&char.to_string()), "U+{number:04X}");
        }
        assert!(DECEPTIVE.is_sorted() && DECEPTIVE.iter().all(|(first, last)| first <= last));
    }
}
