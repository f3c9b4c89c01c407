//! The mailbox: every mail that this sandbox sent, to anybody.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_jobs::Mail;
use countersign_service::platform::Platform;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Channel, Message};
use countersign_web::failure::Failure;
use countersign_web::pages::{ErrorKind, MailLine, MailMessagePage, MailboxPage};
use countersign_web::session::Visitor;
use countersign_web::view::{Moment, Pager, Place};
use countersign_web::{paths, render};
use serde::Deserialize;

use super::Console;

/// The most mails that one control call answers, and up to which they are counted.
const MAILS_MAX: i64 = 500;
/// Mails on one page.
const ROWS: i64 = 50;
/// Characters of a mail's beginning in the list.
const PREVIEW_LENGTH: usize = 120;
/// What stands in the place of a sender: nothing leaves a sandbox.
const FROM: &str = "Countersign (sandbox)";

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

fn kept(message: &Message) -> Option<KeptMail> {
    let mail = Mail::from_body(message.body.as_deref()?).ok()?;
    Some(KeptMail { id: message.id, to: mail.to, subject: mail.subject, text: mail.text, at: message.created_at })
}

/// The newest mails, newest first; what was not rendered yet is not there yet.
pub async fn mailbox(platform: &Arc<Platform>) -> Result<Vec<KeptMail>, StoreError> {
    Ok(messages(platform, OutboxId::new(i64::MAX), MAILS_MAX).await?.iter().filter_map(kept).collect())
}

/// How many mails the mailbox holds.
pub(super) async fn count(platform: &Arc<Platform>) -> Result<i64, StoreError> {
    platform.read("mailbox_count", |tx, _| outbox::count_rendered(tx, Channel::Mail, MAILS_MAX)).await
}

async fn messages(platform: &Arc<Platform>, before: OutboxId, limit: i64) -> Result<Vec<Message>, StoreError> {
    platform.read("mailbox", move |tx, _| outbox::page(tx, Channel::Mail, None, before, limit)).await
}

/// Where the list goes on.
#[derive(Deserialize)]
pub(super) struct Cursor {
    before: Option<i64>,
}

fn line(mail: &KeptMail, now: Timestamp) -> MailLine {
    let words: Vec<&str> = mail.text.split_whitespace().collect();
    MailLine {
        href: paths::mail_message(&mail.id.to_string()),
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        preview: words.join(" ").chars().take(PREVIEW_LENGTH).collect(),
        at: Moment::at(mail.at.ms(), now.ms()),
    }
}

/// The list, newest first.
pub(super) async fn list(
    State(console): State<Console>,
    Query(cursor): Query<Cursor>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let platform = &console.parts.platform;
    let now = platform.business_now();
    let before = OutboxId::new(cursor.before.unwrap_or(i64::MAX));
    // One more than is shown tells whether there is another page.
    let mut rows = messages(platform, before, ROWS + 1).await?;
    let shown = usize::try_from(ROWS).expect("a page is small");
    let more = rows.len() > shown;
    rows.truncate(shown);
    let older = rows.last().filter(|_| more).map(|last| format!("{}?before={}", paths::MAIL, last.id));
    let page = MailboxPage {
        chrome: visitor.chrome(Some(Place::Mail)),
        lines: rows.iter().filter_map(kept).map(|mail| line(&mail, now)).collect(),
        pager: Pager { newer: cursor.before.map(|_| paths::MAIL.to_owned()), older },
    };
    Ok(render::page(StatusCode::OK, &page)?)
}

/// One mail.
pub(super) async fn message(
    State(console): State<Console>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let missing = Failure::page(ErrorKind::NotFound);
    let Ok(id) = id.parse::<OutboxId>() else { return Err(missing) };
    let platform = &console.parts.platform;
    let found = platform.read("mailbox_message", move |tx, _| outbox::get(tx, id)).await;
    let found: Option<Message> = found.map_err(|error: StoreError| Failure::from(error))?;
    let mail = found.filter(|message| message.channel == Channel::Mail).as_ref().and_then(kept).ok_or(missing)?;
    let page = MailMessagePage {
        chrome: visitor.chrome(Some(Place::Mail)),
        to: mail.to,
        from: FROM.to_owned(),
        subject: mail.subject,
        text: mail.text,
        at: Moment::at(mail.at.ms(), platform.business_now().ms()),
        base_url: console.parts.base_url.clone(),
    };
    Ok(render::page(StatusCode::OK, &page)?)
}
