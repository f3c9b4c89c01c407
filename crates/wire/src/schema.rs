//! Request shapes as data. One table drives the checker, the API description and the generated tests.

use std::fmt::Write as _;

/// The parameters of one endpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// The type's name in the API description.
    pub name: &'static str,
    /// The page section the table comes from; explanations cite it.
    pub source: &'static str,
    /// The fields in the page's order, which is also the order in which they are judged.
    pub fields: &'static [Field],
}

/// One parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The wire's spelling.
    pub name: &'static str,
    /// Whether it must be there.
    pub need: Need,
    /// What it may hold.
    pub kind: Kind,
    /// What it means, in one line.
    pub about: &'static str,
}

/// Whether a parameter must be there. Missing, null and `""` are one and the same (decisions.md rows 9, 49 and 55).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Refused with 400100 when absent.
    Required,
    /// May be absent.
    Optional,
    /// One of the two is required; when the named field, which stands earlier in the table, is present it wins and this
    /// one is ignored, not even judged (money.md 1.7).
    AlternativeTo(&'static str),
}

/// What a parameter may hold.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string of `min..=max` Unicode scalar values.
    Text {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
        /// The characters allowed.
        charset: Charset,
    },
    /// 1 to 32 letters and digits, refused with 400201 (decisions.md rows 27, 50 and 55).
    MerchantTradeNo,
    /// An id: a string of the charset, or a JSON integer, which clients send too (clients.md R13); read as text.
    Identifier {
        /// The most characters.
        max: usize,
        /// The characters allowed.
        charset: Charset,
    },
    /// One of these strings, spelled exactly so.
    Enum(&'static [&'static str]),
    /// A JSON integer within a range.
    Integer {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// Unix milliseconds, a JSON integer or a string of digits (decisions.md row 49).
    TimestampMs,
    /// An amount above zero with at most eight decimals, number or string (decisions.md row 10).
    Amount,
    /// Currency codes with commas between them, blanks around them allowed; which of them exist is for the domain to say.
    /// Read as text, which [`currency_codes`] takes apart.
    CurrencyCodes {
        /// The most characters.
        max: usize,
    },
    /// `true` or `false`.
    Boolean,
    /// An http or https URL (decisions.md row 56).
    Url {
        /// The most characters.
        max: usize,
    },
    /// A nested object.
    Object(&'static [Field]),
    /// A list.
    List {
        /// What each element holds.
        of: &'static Kind,
        /// The fewest elements; a shorter list is 400100.
        min: usize,
        /// The most elements; a longer list is 400101.
        max: usize,
        /// Whether empty strings and nulls are left out (decisions.md row 51) or refused.
        skip_empty: bool,
    },
}

/// The fewest characters of a currency code.
pub const CURRENCY_CODE_MIN: usize = 2;
/// The most characters of a currency code.
pub const CURRENCY_CODE_MAX: usize = 16;

/// The codes of a [`Kind::CurrencyCodes`], in the order sent.
pub fn currency_codes(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(|code| code.trim_matches(' ')).filter(|code| !code.is_empty())
}

/// The characters a text may hold. Control characters are 400103 everywhere (decisions.md row 55).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Letters of any script, signs, emoji.
    Any,
    /// As `Any`, but nothing beyond the basic multilingual plane, which is 400103 (decisions.md row 55).
    Bmp,
    /// A-Z a-z 0-9, else 400101.
    Alphanumeric,
    /// 0-9, else 400101.
    Digits,
    /// A-Z 0-9, else 400101: currency and country codes.
    Upper,
}

impl Charset {
    /// Whether `char` is of this set, control characters aside.
    pub fn holds(self, char: char) -> bool {
        match self {
            Self::Any => true,
            Self::Bmp => u32::from(char) <= 0xFFFF,
            Self::Alphanumeric => char.is_ascii_alphanumeric(),
            Self::Digits => char.is_ascii_digit(),
            Self::Upper => char.is_ascii_uppercase() || char.is_ascii_digit(),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Any => "characters",
            Self::Bmp => "characters of the basic multilingual plane (no emoji)",
            Self::Alphanumeric => "letters A-Z a-z and digits",
            Self::Digits => "digits",
            Self::Upper => "upper-case letters A-Z and digits",
        }
    }
}

impl Field {
    /// A field that must be there.
    pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, need: Need::Required, kind, about }
    }

    /// A field that may be absent.
    pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, need: Need::Optional, kind, about }
    }

    /// A field that is required unless `other` is there, and ignored when it is.
    pub const fn alternative(name: &'static str, other: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, need: Need::AlternativeTo(other), kind, about }
    }
}

impl Kind {
    /// A text of 1 to `max` characters of any script.
    pub const fn text(max: usize) -> Self {
        Self::Text { min: 1, max, charset: Charset::Any }
    }

    /// What would be right, in words: `text of 1 to 256 characters`.
    pub fn expected(&self) -> String {
        match self {
            Self::Text { min, max, charset } if min == max => {
                format!("a string of exactly {max} {}", charset.words())
            }
            Self::Text { min, max, charset } => format!("a string of {min} to {max} {}", charset.words()),
            Self::MerchantTradeNo => "a string of 1 to 32 letters A-Z a-z and digits".to_owned(),
            Self::Identifier { max, charset } => {
                format!("a string of 1 to {max} {}, or a JSON integer", charset.words())
            }
            Self::Enum(values) => format!("one of {}", values.join(", ")),
            Self::Integer { min, max } => format!("a JSON integer from {min} to {max}"),
            Self::TimestampMs => "Unix milliseconds as a JSON integer or a string of digits".to_owned(),
            Self::Amount => "an amount above 0 with at most 8 decimals, as a number or a string".to_owned(),
            Self::CurrencyCodes { max } => {
                format!(
                    "upper-case currency codes of {CURRENCY_CODE_MIN} to {CURRENCY_CODE_MAX} characters with commas between \
                     them, at most {max} characters in all"
                )
            }
            Self::Boolean => "true or false".to_owned(),
            Self::Url { max } => format!("a URL of at most {max} characters that begins http:// or https://"),
            Self::Object(_) => "a JSON object".to_owned(),
            Self::List { of, min, max, .. } => {
                let mut words = format!("a list of {min} to {max} elements");
                if !matches!(of, Self::Object(_)) {
                    let written = write!(words, ", each {}", of.expected());
                    written.expect("a String takes every write");
                }
                words
            }
        }
    }
}
