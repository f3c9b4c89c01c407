//! The outbox: messages that were caused in a transaction and go out after it.
//!
//! A message stands in a lane, the queue of its receiver, and claims go from lane to lane ([`lanes`], [`claim_lane`]): however
//! long one lane is, the others are found beside it. What was written once of a message never changes: its id, its event, its
//! destination and, from the first rendering on, its bytes.

/// The columns in the order in which `row` reads them, with what stands for the event and the body.
macro_rules! select_with {
    ($told:literal, $($rest:tt)*) => {
        concat!(
            "SELECT id, channel, merchant_id, destination, event_kind, event_status, subject, ", $told, ", body_sealed, state, attempts,
             next_attempt_at, last_status, last_error, created_at, finished_at, endpoint_id, target, target_endpoint_id, lane, parked_as,
             round_before, round_once FROM outbox ",
            $($rest)*
        )
    };
}

/// Every column.
macro_rules! select {
    ($($rest:tt)*) => {
        select_with!("event, body", $($rest)*)
    };
}

/// The columns of a line in a list: without what makes rows big. The body is of its type and is never read.
macro_rules! select_lines {
    ($($rest:tt)*) => {
        select_with!("'' AS event, CASE WHEN 1 = 0 THEN body END AS body", $($rest)*)
    };
}

/// Whose messages: a merchant's, or everybody's where the number is zero.
macro_rules! of {
    (merchant) => {
        "merchant_id = $1"
    };
    (everybody) => {
        "CAST($1 AS BIGINT) = 0"
    };
}

pub(super) mod claim;
pub(super) mod list;
pub(super) mod log;
mod message;
pub(super) mod proof;
mod row;
pub(super) mod write;

pub use claim::{CLAIM_MAX, LANES_SCANNED_MAX, Lane, claim_lane, depth, lanes, next_due, release};
pub use list::{Listed, LogFilter, MESSAGES_SCANNED_MAX, StateFilter, list, list_newer};
pub use log::{
    Missed, Parked, attempts, count_parked, count_rendered_mails, get, lock, missed, page, parked_after, webhooks_about,
};
pub use message::{
    Answer, Attempt, Channel, Message, MessageState, NewMessage, ParkReason, Redirect, Round, Settlement, SignedWith,
    lane_of,
};
pub use proof::{duplicate_payments, inconsistent};
pub use write::{Restart, insert, park, redirect, restart, set_body, settle};
