//! What can be wrong with a sub-merchant's details.

use super::field::DetailField;

/// When a rule asks for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Whatever else is said.
    Always,
    /// The business is a person.
    Individual,
    /// The business is not a person.
    Business,
    /// The site is a web site.
    WebSite,
    /// The site is of a kind that has a name: a web site, an app or an applet.
    NamedSite,
    /// It sells online, or online and in a shop.
    OnlineStore,
    /// It sells in a shop, or in a shop and online.
    PhysicalStore,
    /// Its class of business is 9999.
    OtherCategory,
    /// Its second class of business is 9999.
    OtherSecondCategory,
}

/// What is wrong with a sub-merchant's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DetailFault {
    /// Required, and not there.
    #[error("{field:?} is required: {condition:?}")]
    Missing {
        /// What.
        field: DetailField,
        /// Why.
        condition: Condition,
    },
    /// There, and nothing but white space.
    #[error("{0:?} holds nothing but white space")]
    Blank(DetailField),
    /// There, and more characters than [`DetailField::length_max`].
    #[error("{field:?} has more than {max} characters")]
    TooLong {
        /// What.
        field: DetailField,
        /// The most characters it may have.
        max: usize,
    },
    /// There, and too long once its signs are written out.
    #[error("{0:?} is too long once its signs are written out")]
    TooLongWrittenOut(DetailField),
    /// There, with a character that cannot be seen.
    #[error("{0:?} holds a control character")]
    ControlCharacter(DetailField),
    /// An instant before 1970, for which the wire has no number.
    #[error("{0:?} lies before 1970")]
    BeforeEpoch(DetailField),
    /// A store of both kinds, which the founding document does not know ([`super::RuleSet::Founding`]).
    #[error("a store of both kinds, which these rules do not know")]
    StoreOfBothKinds,
}

impl DetailFault {
    /// Which field is meant.
    pub const fn field(self) -> DetailField {
        match self {
            Self::Missing { field, .. } | Self::TooLong { field, .. } => field,
            Self::Blank(field)
            | Self::TooLongWrittenOut(field)
            | Self::ControlCharacter(field)
            | Self::BeforeEpoch(field) => field,
            Self::StoreOfBothKinds => DetailField::Store,
        }
    }
}
