//! Sub-merchants between the domain and their pages: read from a form, put into one, and told in facts.
//!
//! What a text means is decided here: which class of business, which country, which day. Whether the whole is right is the
//! domain's to say ([`SubMerchantDetails::faults`]), as it is for calls; here are only the words for it.
//!
//! [`SubMerchantDetails::faults`]: countersign_domain::sub_merchant::SubMerchantDetails::faults

mod facts;
mod fill;
mod layout;
mod read;
mod tables;
mod words;

pub(crate) use facts::{class, facts, kind};
pub(crate) use fill::form_of;
pub(crate) use layout::layout;
pub(crate) use read::{Draft, Faults, read};
pub(crate) use tables::{BUSINESSES, STORES, Words};
pub(crate) use words::words;
