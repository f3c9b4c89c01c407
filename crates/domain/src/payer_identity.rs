//! Who a payer is, as identification found out, and whether it is who a merchant was told (`money.md` §1.9).
//!
//! Invariants: a set of facts holds every fact that its kind of payer must have, none of the other kind and each once; what
//! is no date, country or known document never gets in. Facts are personal data: they show up in no log, and two sets are
//! compared as a whole, so that an answer tells nobody which fact was wrong.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::reference::Country;
use crate::sub_merchant::NameKey;

/// The most characters of a fact.
pub const FACT_LENGTH_MAX: usize = 1024;

/// The documents that prove who an individual is.
pub const DOCUMENT_TYPES: &[&str] = &[
    "ID_CARD",
    "PASSPORT",
    "DRIVING_LICENSE",
    "VISA",
    "CPF",
    "OTHER",
    "BVN_NUMBER",
    "NIN_NUMBER",
    "PAN",
    "BVN_NIN_NUMBER",
    "SMILEID_NATIONAL_ID",
    "ABN",
    "ACN",
    "UA_DIA",
];

/// What a payer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PayerKind {
    /// A person.
    Individual,
    /// A company.
    Corporate,
}

/// How far identification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KycState {
    /// Something is missing yet: nothing may be said about the payer (`decisions.md` row 37).
    Incomplete,
    /// Done.
    Complete,
}

/// What can be known of a payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fact {
    /// An individual's first name.
    FirstName,
    /// An individual's last name.
    LastName,
    /// An individual's date of birth, `YYYY-MM-DD`.
    DateOfBirth,
    /// An individual's nationality, an ISO 3166 alpha-2 code.
    Nationality,
    /// One of [`DOCUMENT_TYPES`].
    DocumentType,
    /// What stands on that document.
    DocumentNumber,
    /// A company's name.
    CompanyName,
    /// Its number in the register.
    RegistrationNumber,
    /// The register's country, an ISO 3166 alpha-2 code.
    RegistrationCountry,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Self; 9] = [
        Self::FirstName,
        Self::LastName,
        Self::DateOfBirth,
        Self::Nationality,
        Self::DocumentType,
        Self::DocumentNumber,
        Self::CompanyName,
        Self::RegistrationNumber,
        Self::RegistrationCountry,
    ];

    /// Whom it is about.
    pub const fn kind(self) -> PayerKind {
        match self {
            Self::FirstName
            | Self::LastName
            | Self::DateOfBirth
            | Self::Nationality
            | Self::DocumentType
            | Self::DocumentNumber => PayerKind::Individual,
            Self::CompanyName | Self::RegistrationNumber | Self::RegistrationCountry => PayerKind::Corporate,
        }
    }

    /// Whether it may be left out of what is known of its kind of payer.
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::Nationality | Self::DocumentType | Self::DocumentNumber)
    }

    fn check(self, value: &str, at: usize) -> Result<(), FactFault> {
        if value.trim().is_empty() || value.chars().count() > FACT_LENGTH_MAX {
            return Err(FactFault::Format { at, expected: "a text of 1 to 1024 characters" });
        }
        match self {
            Self::DateOfBirth if !is_date(value) => Err(FactFault::Format { at, expected: "a date as YYYY-MM-DD" }),
            Self::Nationality | Self::RegistrationCountry if Country::from_code(value).is_none() => {
                Err(FactFault::Unlisted { at, expected: "an ISO 3166 alpha-2 code of a country" })
            }
            Self::DocumentType if !DOCUMENT_TYPES.contains(&value) => {
                Err(FactFault::Unlisted { at, expected: "one of the listed types of documents" })
            }
            _ => Ok(()),
        }
    }

    /// Texts are one when they look alike, as names of sub-merchants are (`decisions.md` row 24): Unicode NFKC, case folded,
    /// trimmed. Dates, countries and types of documents have one spelling only.
    fn agrees(self, one: &str, other: &str) -> bool {
        match self {
            Self::DateOfBirth | Self::Nationality | Self::DocumentType | Self::RegistrationCountry => one == other,
            Self::FirstName | Self::LastName | Self::DocumentNumber | Self::CompanyName | Self::RegistrationNumber => {
                NameKey::of(one) == NameKey::of(other)
            }
        }
    }
}

/// Why facts do not make a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FactFault {
    /// One is about the other kind of payer.
    #[error("fact {at} is none about this kind of payer")]
    Foreign {
        /// Its place in what was given, from 0.
        at: usize,
    },
    /// One stands there twice.
    #[error("fact {at} stands there before")]
    Twice {
        /// The place of the second one.
        at: usize,
    },
    /// One is written wrongly.
    #[error("fact {at} must be {expected}")]
    Format {
        /// Its place.
        at: usize,
        /// What would be right.
        expected: &'static str,
    },
    /// One is written rightly, but there is no such thing.
    #[error("fact {at} must be {expected}")]
    Unlisted {
        /// Its place.
        at: usize,
        /// What would be right.
        expected: &'static str,
    },
    /// One that its kind of payer must have is not there.
    #[error("{0:?} is missing")]
    Missing(Fact),
}

/// What is known of a payer of one kind, or claimed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    kind: PayerKind,
    values: BTreeMap<Fact, String>,
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("kind", &self.kind).field("of", &self.values.keys()).finish_non_exhaustive()
    }
}

impl Facts {
    /// Judges facts in the order given.
    pub fn new(kind: PayerKind, facts: impl IntoIterator<Item = (Fact, String)>) -> Result<Self, FactFault> {
        let mut values = BTreeMap::new();
        for (at, (fact, value)) in facts.into_iter().enumerate() {
            if fact.kind() != kind {
                return Err(FactFault::Foreign { at });
            }
            fact.check(&value, at)?;
            if values.insert(fact, value).is_some() {
                return Err(FactFault::Twice { at });
            }
        }
        let must = Fact::ALL.into_iter().filter(|fact| fact.kind() == kind && !fact.is_optional());
        match must.into_iter().find(|fact| !values.contains_key(fact)) {
            Some(missing) => Err(FactFault::Missing(missing)),
            None => Ok(Self { kind, values }),
        }
    }

    /// Whom they are about.
    pub const fn kind(&self) -> PayerKind {
        self.kind
    }

    /// One of them.
    pub fn get(&self, fact: Fact) -> Option<&str> {
        self.values.get(&fact).map(String::as_str)
    }

    /// Whether all that is `claimed` is among these facts. A fact that is claimed and not known is not confirmed.
    pub fn confirm(&self, claimed: &Self) -> bool {
        let known = |fact: Fact, value: &str| self.get(fact).is_some_and(|own| fact.agrees(own, value));
        self.kind == claimed.kind && claimed.values.iter().all(|(fact, value)| known(*fact, value))
    }
}

/// Who a payer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayerIdentity {
    /// How far identification has come.
    pub kyc: KycState,
    /// What it found out.
    pub facts: Facts,
}

/// Whether a text is a day of the Gregorian calendar as `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
    };
    let dashes = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else { return false };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    dashes && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Facts beside those that a person must have.
    type Pairs<'a> = &'a [(Fact, &'a str)];

    fn individual(more: &[(Fact, &str)]) -> Result<Facts, FactFault> {
        let must = [(Fact::FirstName, "Robin"), (Fact::LastName, "Reader"), (Fact::DateOfBirth, "1990-02-28")];
        let facts = must.iter().chain(more).map(|(fact, value)| (*fact, (*value).to_owned()));
        Facts::new(PayerKind::Individual, facts)
    }

    fn company(name: &str, number: &str, country: &str) -> Facts {
        let facts = [
            (Fact::CompanyName, name.to_owned()),
            (Fact::RegistrationNumber, number.to_owned()),
            (Fact::RegistrationCountry, country.to_owned()),
        ];
        Facts::new(PayerKind::Corporate, facts).expect("a company's facts")
    }

    #[test]
    fn sets_hold_what_their_kind_of_payer_has() {
        let long = "x".repeat(FACT_LENGTH_MAX + 1);
        let country = "an ISO 3166 alpha-2 code of a country";
        let rows: [(Pairs<'_>, Option<FactFault>); 9] = [
            (&[], None),
            (&[(Fact::Nationality, "SG"), (Fact::DocumentType, "PASSPORT"), (Fact::DocumentNumber, "X1")], None),
            (&[(Fact::CompanyName, "Tea")], Some(FactFault::Foreign { at: 3 })),
            (&[(Fact::FirstName, "Robin")], Some(FactFault::Twice { at: 3 })),
            (&[(Fact::Nationality, "sg")], Some(FactFault::Unlisted { at: 3, expected: country })),
            (&[(Fact::Nationality, "XX")], Some(FactFault::Unlisted { at: 3, expected: country })),
            (
                &[(Fact::DocumentType, "LIBRARY_CARD")],
                Some(FactFault::Unlisted { at: 3, expected: "one of the listed types of documents" }),
            ),
            (
                &[(Fact::DocumentNumber, &long)],
                Some(FactFault::Format { at: 3, expected: "a text of 1 to 1024 characters" }),
            ),
            (
                &[(Fact::DocumentNumber, " ")],
                Some(FactFault::Format { at: 3, expected: "a text of 1 to 1024 characters" }),
            ),
        ];
        for (more, fault) in rows {
            assert_eq!(individual(more).err(), fault, "{more:?}");
        }
        for kind in [PayerKind::Individual, PayerKind::Corporate] {
            let first = Fact::ALL.into_iter().find(|fact| fact.kind() == kind).expect("each kind has facts");
            assert_eq!(Facts::new(kind, []), Err(FactFault::Missing(first)));
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for date in ["1980-01-01", "2000-02-29", "2024-02-29", "1999-12-31", "0001-04-30"] {
            assert!(is_date(date), "{date}");
        }
        for text in [
            "1900-02-29",
            "2023-02-29",
            "2023-04-31",
            "2023-13-01",
            "2023-00-10",
            "2023-01-00",
            "2023-1-01",
            "20230101",
            "2023/01/01",
            "2023-01-01 ",
            "+023-01-01",
            "\u{661}980-01-01",
            "é23-01-01",
            "",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn what_is_claimed_must_be_known_and_look_alike() {
        let known = individual(&[(Fact::DocumentNumber, "X-123 456")]).expect("facts");
        let claim = |first: &str, more: &[(Fact, &str)]| {
            let must = [(Fact::FirstName, first), (Fact::LastName, "READER"), (Fact::DateOfBirth, "1990-02-28")];
            let facts = must.iter().chain(more).map(|(fact, value)| (*fact, (*value).to_owned()));
            Facts::new(PayerKind::Individual, facts).expect("facts")
        };
        for first in ["Robin", " robin", "ＲＯＢＩＮ"] {
            assert!(known.confirm(&claim(first, &[])), "{first}");
        }
        for first in ["Robyn", "Robin R", "Rob in"] {
            assert!(!known.confirm(&claim(first, &[])), "{first}");
        }
        assert!(known.confirm(&claim("Robin", &[(Fact::DocumentNumber, "x-123 456")])));
        assert!(!known.confirm(&claim("Robin", &[(Fact::DocumentNumber, "X123456")])), "signs count");
        assert!(!known.confirm(&claim("Robin", &[(Fact::Nationality, "SG")])), "nobody knows it");
        let tea = company("Tea House Ltd", "R-1", "SG");
        assert!(tea.confirm(&company("TEA HOUSE LTD", "r-1", "SG")));
        assert!(!tea.confirm(&company("Tea House Ltd", "R-1", "MY")));
        assert!(!tea.confirm(&known) && !known.confirm(&tea), "kinds differ");
    }

    #[test]
    fn personal_data_is_not_printed() {
        let shown = format!("{:?}", individual(&[(Fact::DocumentNumber, "X-123 456")]).expect("facts"));
        assert!(shown.contains("DocumentNumber") && !shown.contains("123") && !shown.contains("Robin"), "{shown}");
    }
}
