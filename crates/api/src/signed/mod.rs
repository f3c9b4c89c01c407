//! The judgement of a signed call, in one fixed order (design §3). Whatever comes first is what the caller hears of.
//!
//! Method, content type, body, headers, key, time window, signature, replay, the key's addresses, rate; then the sandbox's
//! faults; then the handler's own part: JSON, the token, the schema.
//!
//! Body, window, key cache and replay set serve the admin API's signed calls as well.

mod body;
mod call;
mod head;
mod key_cache;
mod rate_limit;
mod replay;
mod window;

pub(crate) use body::{BodyFault, read as read_body};
pub(crate) use call::Signed;
pub(crate) use head::{is_json, single as single_header};
pub(crate) use key_cache::KeyCache;
pub(crate) use rate_limit::RateLimit;
pub(crate) use replay::{Entered, ReplaySet};
pub(crate) use window::outside as outside_window;
