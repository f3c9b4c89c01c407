//! One mail as the outbox keeps it.

use countersign_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// One mail to one person. No `Debug`: its text may hold a link that grants something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// One line without control characters.
    pub subject: String,
    /// Plain text, lines ended by LF.
    pub text: String,
    /// The same as HTML; empty in mails that were rendered by a version that had none.
    #[serde(default)]
    pub html: String,
    /// Wall time from which the mail is of no use, because its link is dead; `None` for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub useless_from: Option<i64>,
}

impl Mail {
    /// The form in which the outbox keeps it: a JSON object by the names of the fields.
    pub fn to_body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and a number always serialise")
    }

    /// Reads what [`Mail::to_body`] wrote.
    pub fn from_body(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// Whether there is no use in sending it any more.
    pub fn is_useless(&self, wall_now: Timestamp) -> bool {
        self.useless_from.is_some_and(|from| from <= wall_now.ms())
    }
}
