//! When two names are one (`decisions.md` row 24).

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// The most bytes of a key: what every index can hold. Only signs that stand for whole phrases make a key longer than this
/// out of a name that is not too long itself.
pub const NAME_KEY_BYTES_MAX: usize = 2_048;

/// A name as names are compared: NFKC, case-folded, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameKey(String);

impl NameKey {
    /// The key of a name.
    pub fn of(name: &str) -> Self {
        // Folding can undo composition and composition can make new capitals, so a second round settles what the first one
        // left: the compatibility caseless match of the Unicode standard, §3.13.
        let once = |text: &str| text.chars().nfkc().default_case_fold().nfkc().collect::<String>();
        Self(once(&once(name)).trim().to_owned())
    }

    /// The text as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is too long to be kept.
    pub fn is_too_long(&self) -> bool {
        self.0.len() > NAME_KEY_BYTES_MAX
    }

    /// Whether nothing of the name is left: white space is no name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_look_alike_are_one() {
        let rows = [
            ("Tea House", "tea house"),
            ("Tea House", "  TEA HOUSE\u{a0}"),
            ("Straße", "STRASSE"),
            ("Caf\u{e9}", "Cafe\u{301}"),
            ("\u{ff34}\u{ff45}\u{ff41}", "Tea"),
            ("\u{fb01}sh", "FISH"),
            ("ΟΔΟΣ", "οδος"),
            ("\u{2460}", "1"),
            ("\u{1e9e}", "ss"),
            ("\u{345}\u{3b1}", "\u{399}\u{3b1}"),
        ];
        for (one, other) in rows {
            assert_eq!(NameKey::of(one), NameKey::of(other), "{one} and {other}");
        }
        for (one, other) in [("Tea House", "TeaHouse"), ("Tea House", "Tea  House"), ("a", "b"), ("Cafe", "Caf\u{e9}")]
        {
            assert_ne!(NameKey::of(one), NameKey::of(other), "{one} and {other}");
        }
        assert!(NameKey::of(" \u{3000}\u{a0}").is_empty());
        assert!(NameKey::of(&"\u{fdfa}".repeat(128)).is_too_long());
        assert!(!NameKey::of(&"\u{1F34E}".repeat(128)).is_too_long());
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(name in any::<String>()) {
            let key = NameKey::of(&name);
            prop_assert_eq!(NameKey::of(key.as_str()), key);
        }
    }
}
