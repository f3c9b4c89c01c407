//! The sandbox's own pages: the console on `/` and the mailbox on `/mail`.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_jobs::Mail;
use countersign_service::platform::Platform;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Channel};

/// The most mails that the mailbox shows, the newest.
const MAILS_MAX: i64 = 500;

/// A mail as it was sent.
#[derive(Clone)]
pub struct KeptMail {
    /// Its message.
    pub id: OutboxId,
    /// To whom.
    pub to: String,
    /// About what.
    pub subject: String,
    /// The text.
    pub text: String,
    /// When it was caused.
    pub at: Timestamp,
}

/// The newest mails, newest first; what was not rendered yet is not there yet.
pub async fn mailbox(platform: &Arc<Platform>) -> Result<Vec<KeptMail>, StoreError> {
    let messages = platform.read("mailbox", |tx, _| outbox::page(tx, Channel::Mail, None, OutboxId::new(i64::MAX), MAILS_MAX)).await?;
    let kept = messages.into_iter().filter_map(|message| {
        let mail = Mail::from_body(message.body.as_deref()?).ok()?;
        Some(KeptMail { id: message.id, to: mail.to, subject: mail.subject, text: mail.text, at: message.created_at })
    });
    Ok(kept.collect())
}
