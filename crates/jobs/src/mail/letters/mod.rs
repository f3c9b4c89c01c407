//! The words of every mail, one file per subject matter.

mod access;
mod authorization;
mod endpoint_disabled;
mod test;

use countersign_domain::Timestamp;
use jiff::Timestamp as Instant;

pub(super) use access::Access;
pub(super) use authorization::authorization;
pub use endpoint_disabled::{EndpointDisabled, endpoint_disabled};
pub use test::test_mail;

/// An instant for people: `21 Nov 2026, 22:47 UTC`.
fn moment(at: Timestamp) -> String {
    Instant::from_millisecond(at.ms()).unwrap_or(Instant::MAX).strftime("%-d %b %Y, %H:%M UTC").to_string()
}
