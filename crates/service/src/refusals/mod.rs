//! Refused calls, kept for the owner of the key that made them, and the diagnosis of those whose signature was wrong.
//!
//! What must hold:
//!
//! - Only calls that name a known key in use are kept, at most [`REFUSALS_PER_KEY_MAX`] for each: strangers fill nothing, and
//!   what is kept goes with the key when it is revoked.
//! - Headers, query and body are sealed: they may hold personal data, tokens, and secrets that were sent by mistake.
//! - They are no money: they are written off the calls' way, late, or not at all.

mod call;
mod diagnosis;
mod record;
mod view;

pub use call::{REFUSED_BODY_MAX, REFUSED_TEXT_MAX, RefusalLog, RefusedBody, RefusedCall, SentParts};
pub use diagnosis::diagnosis;
pub use record::{REFUSALS_PER_KEY_MAX, RefusalError, forget, record};
pub use view::{OpenRefusal, of_key, open};
