//! The log of webhook messages: what was sent, what came back, and sending it again.
//!
//! A message that is sent again is the same message: its ids and its bytes stay, so that whoever got it before knows it. What
//! is shown never holds a token: bodies and answers are masked here, for everybody who shows them.

mod list;
mod mask;
mod recover;
mod resend;
mod show;
mod target;

pub use countersign_store::queries::outbox::{Listed, LogFilter, Parked, StateFilter};
pub use list::{PAGE_MAX, count_failed, list, list_newer};
pub use mask::mask;
pub use recover::{RECOVERED_MAX, RecoverError, Recovered, Recovery, recover};
pub use resend::{ATTEMPTS_MAX, Resend, ResendError, resend};
pub use show::{Kept, Shown, ShownAttempt, show};
pub use target::{Target, TargetError};
