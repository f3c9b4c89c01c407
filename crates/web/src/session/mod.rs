//! Who is on the other side: cookies, form tokens, and the extractors that handlers ask for.
//!
//! A session is an opaque 256-bit cookie of which only a keyed hash is stored. Every form carries a token that is a keyed
//! hash of the cookie, so that a page of somebody else cannot write it; `SameSite=Lax`, `Origin` and `Sec-Fetch-Site`
//! stand before it.

mod begin;
mod client;
mod cookie;
mod csrf;
mod flash;
mod form;
mod origin;
mod reader;
mod roles;

pub(crate) use begin::{Proof, begin_on, device_cookie};
pub use begin::{begin, end};
pub(crate) use client::Client;
pub use cookie::{Cookie, read as read_cookie};
pub use csrf::{matches as csrf_matches, token as csrf_token};
pub(crate) use flash::{FLASH, Notice};
pub use form::read_fields;
pub(crate) use form::{EntryForm, SessionForm, entry_token};
pub(crate) use origin::is_foreign;
pub(crate) use reader::bare_frame;
pub use reader::{Party, Reader, Visitor};
pub(crate) use roles::{Member, OperatorMember, PartnerMember, PayerMember, ProviderMember};
