//! Sub-merchants: virtual children of a channel partner (`partner.md` §5). They cannot sign in, orders carry their id, and
//! money settles with the partner.
//!
//! Invariants: a name is one partner's once ([`NameKey`]); what is enrolled met the conditional rules of its version of the
//! page ([`SubMerchantDetails::check`], `decisions.md` row 22).

mod aggregate;
mod details;
mod fault;
mod field;
mod name;
mod rules;

pub use aggregate::{SubMerchant, SubMerchantStatus};
pub use details::{
    BusinessKind, Certificate, CertificateKind, Registration, Site, SiteKind, StoreKind, SubMerchantDetails,
};
pub use fault::{Condition, DetailFault};
pub use field::DetailField;
pub use name::{NAME_KEY_BYTES_MAX, NameKey};
pub use rules::RuleSet;
