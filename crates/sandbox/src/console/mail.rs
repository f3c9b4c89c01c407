//! The mailbox: every mail that this sandbox sent, to anybody.

use std::sync::Arc;

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_jobs::{Mail, open_body};
use countersign_service::platform::Platform;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Channel, Message};
use countersign_web::failure::Failure;
use countersign_web::pages::{ErrorKind, MailBody, MailLine, MailMessagePage, MailboxPage};
use countersign_web::session::Visitor;
use countersign_web::view::{Moment, Pager, Place};
use countersign_web::{headers, paths, render};
use serde::Deserialize;

use super::{Console, gate};

/// The most mails that one control call answers, and up to which they are counted.
const MAILS_MAX: i64 = 500;
/// Mails on one page.
const ROWS: i64 = 50;
/// Characters of a mail's beginning in the list.
const PREVIEW_LENGTH: usize = 120;
/// What stands in the place of a sender: nothing leaves a sandbox.
const FROM: &str = "Countersign (sandbox)";
/// What stands in the place of a beginning that is not for everybody.
const CLOSED: &str = "Holds a link that lets its reader in.";

/// A mail as it was sent. No `Debug`: it may hold a link that grants something.
#[derive(Clone)]
pub struct KeptMail {
    /// Its message.
    pub id: OutboxId,
    /// The mail.
    pub mail: Mail,
    /// Whether it holds a link that grants something.
    pub is_secret: bool,
    /// When it was caused.
    pub at: Timestamp,
}

fn kept(platform: &Platform, message: &Message) -> Option<KeptMail> {
    let body = open_body(platform, message).ok()??;
    let mail = Mail::from_body(&body).ok()?;
    Some(KeptMail { id: message.id, mail, is_secret: message.body_sealed, at: message.created_at })
}

/// The newest mails, newest first; what was not rendered yet is not there yet.
pub async fn mailbox(platform: &Arc<Platform>) -> Result<Vec<KeptMail>, StoreError> {
    let messages = messages(platform, OutboxId::new(i64::MAX), MAILS_MAX).await?;
    Ok(messages.iter().filter_map(|message| kept(platform, message)).collect())
}

/// How many mails the mailbox holds.
pub(super) async fn count(platform: &Arc<Platform>) -> Result<i64, StoreError> {
    platform.read("mailbox_count", |tx, _| outbox::count_rendered_mails(tx, MAILS_MAX)).await
}

async fn messages(platform: &Arc<Platform>, before: OutboxId, limit: i64) -> Result<Vec<Message>, StoreError> {
    platform.read("mailbox", move |tx, _| outbox::page(tx, Channel::Mail, None, before, limit)).await
}

/// The mail with the id of a path.
async fn one(platform: &Arc<Platform>, id: &str) -> Result<Option<KeptMail>, StoreError> {
    let Ok(id) = id.parse::<OutboxId>() else { return Ok(None) };
    let found: Option<Message> = platform.read("mailbox_message", move |tx, _| outbox::get(tx, id)).await?;
    let message = found.filter(|message| message.channel == Channel::Mail);
    Ok(message.as_ref().and_then(|message| kept(platform, message)))
}

/// Whether this reader may see this mail's body.
fn may_read(console: &Console, headers: &HeaderMap, kept: &KeptMail) -> bool {
    !kept.is_secret || gate::opened(console, headers).is_some()
}

/// Where the list goes on.
#[derive(Deserialize)]
pub(super) struct Cursor {
    before: Option<i64>,
}

fn line(kept: &KeptMail, is_open: bool, now: Timestamp) -> MailLine {
    let begins = if is_open { kept.mail.text.as_str() } else { CLOSED };
    let words: Vec<&str> = begins.trim_start_matches("Hello,").split_whitespace().collect();
    MailLine {
        href: paths::mail_message(&kept.id.to_string()),
        to: kept.mail.to.clone(),
        subject: kept.mail.subject.clone(),
        preview: words.join(" ").chars().take(PREVIEW_LENGTH).collect(),
        at: Moment::at(kept.at.ms(), now.ms()),
    }
}

/// The list, newest first.
pub(super) async fn list(
    State(console): State<Console>,
    Query(cursor): Query<Cursor>,
    headers: HeaderMap,
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
    let mails = rows.iter().filter_map(|message| kept(platform, message));
    let page = MailboxPage {
        chrome: visitor.chrome(Some(Place::Mail)),
        lines: mails.map(|kept| line(&kept, may_read(&console, &headers, &kept), now)).collect(),
        pager: Pager { newer: cursor.before.map(|_| paths::MAIL.to_owned()), older },
    };
    Ok(render::page(StatusCode::OK, &page)?)
}

/// One mail.
pub(super) async fn message(
    State(console): State<Console>,
    Path(id): Path<String>,
    headers: HeaderMap,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let platform = &console.parts.platform;
    let kept = one(platform, &id).await?.ok_or(Failure::page(ErrorKind::NotFound))?;
    let is_open = may_read(&console, &headers, &kept);
    let KeptMail { id, mail, at, .. } = kept;
    let html_href = (!mail.html.is_empty()).then(|| paths::mail_html(&id.to_string()));
    let page = MailMessagePage {
        chrome: visitor.chrome(Some(Place::Mail)),
        to: mail.to,
        from: FROM.to_owned(),
        subject: mail.subject,
        body: if is_open { MailBody::Open { text: mail.text, html_href } } else { MailBody::Closed },
        at: Moment::at(at.ms(), platform.business_now().ms()),
        base_url: console.parts.base_url.clone(),
    };
    Ok(render::page(StatusCode::OK, &page)?)
}

/// The HTML part of one mail, for the frame on its page.
pub(super) async fn html(State(console): State<Console>, Path(id): Path<String>, fields: HeaderMap) -> Response {
    let found = one(&console.parts.platform, &id).await.ok().flatten();
    if let Some(kept) = found.filter(|kept| may_read(&console, &fields, kept)) {
        return render::mail_part(kept.mail.html);
    }
    let mut missing = StatusCode::NOT_FOUND.into_response();
    headers::secure_mail_part(missing.headers_mut());
    missing
}

/// The list's old address.
pub(super) async fn moved(RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    render::see_other(&format!("{}{query}", paths::MAIL)).ok_or(Failure::page(ErrorKind::BadRequest))
}

/// A mail's old address.
pub(super) async fn message_moved(Path(id): Path<String>) -> Result<Response, Failure> {
    render::see_other(&paths::mail_message(&id)).ok_or(Failure::page(ErrorKind::BadRequest))
}
