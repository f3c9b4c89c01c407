//! `/mail`: every mail that this sandbox sent, to anybody.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Control;
use super::refusal::Refusal;
use crate::console::mailbox;

/// The newest mails, oldest of them first.
pub(super) async fn mail(State(control): State<Control>) -> Result<Json<Value>, Refusal> {
    let mails = mailbox(&control.platform).await?;
    let messages: Vec<Value> = mails
        .iter()
        .rev()
        .map(|kept| &kept.mail)
        .map(|mail| json!({ "to": mail.to, "subject": mail.subject, "text": mail.text }))
        .collect();
    Ok(Json(json!({ "messages": messages })))
}
