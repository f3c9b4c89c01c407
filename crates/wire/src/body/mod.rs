//! A request body on its way to a typed request: parsed once, judged against a [`Schema`](crate::Schema), read by name.
//!
//! The body stays where it is: texts without escapes are borrowed from it, numbers are kept as their text. Work and
//! memory are linear in the body's length, which the listener bounds.

mod check;
mod entries;
mod fault;
mod on_behalf;
mod parse;
mod value;

pub use entries::OBJECT_KEYS_MAX;
pub use on_behalf::{OnBehalf, TOKEN_KEY, refuse_token_header};
pub use parse::{Body, DEPTH_MAX};
pub use value::{Checked, Value};
