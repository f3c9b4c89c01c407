//! Calls of an API key that were refused: for the owner of the key, who learns what to mend.

use axum::extract::{Path, State};
use countersign_domain::Timestamp;
use countersign_domain::api_key::API_KEYS_MAX;
use countersign_domain::id::ApiKeyId;
use countersign_service::refusals::{self, OpenRefusal, REFUSALS_PER_KEY_MAX, RefusalError, RefusedBody};
use countersign_store::StoreError;
use countersign_store::queries::api_keys;
use countersign_store::queries::refusals::RefusalFacts;

use super::Answer;
use super::helpers::{id, not_found, ok};
use crate::describe::refused_body;
use crate::failure::Failure;
use crate::pages::{OrderFacts, RefusedCallLine, RefusedCallListPage, RefusedCallPage};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Moment, Place};

/// What stands where a secret stood.
const SECRET: &str = "[your API secret]";

fn line(facts: &RefusalFacts, now: Timestamp) -> RefusedCallLine {
    RefusedCallLine {
        href: paths::refused_call(&facts.api_key_id.to_string(), &facts.sequence.to_string()),
        path: facts.path.clone(),
        code: facts.code.clone(),
        explanation: facts.explanation.clone(),
        at: Moment::at(facts.received_at.ms(), now.ms()),
    }
}

/// The refused calls of a key in use, newest first.
pub(crate) async fn list(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let (owner, key_id, now) = (member.id(), id::<ApiKeyId>(&text)?, state.platform().wall_now());
    let read = state.platform().read("refused_calls_of_key", move |tx, _| {
        let keys = api_keys::active_of_merchant(tx, owner, API_KEYS_MAX)?;
        let Some(key) = keys.into_iter().find(|key| key.id == key_id) else { return Ok(None) };
        Ok::<_, StoreError>(Some((key.name, refusals::of_key(tx, (owner, key_id))?)))
    });
    let (key_name, kept) = read.await?.ok_or_else(not_found)?;
    ok(&RefusedCallListPage {
        chrome: member.chrome(Place::ApiKeys),
        key_name,
        kept: REFUSALS_PER_KEY_MAX,
        lines: kept.iter().map(|facts| line(facts, now)).collect(),
    })
}

fn failure(error: RefusalError) -> Failure {
    match error {
        RefusalError::Store(error) => error.into(),
        error => Failure::internal(error),
    }
}

fn facts(opened: &OpenRefusal) -> Vec<OrderFacts> {
    let fact = |name: &str, value: String, is_code| OrderFacts { name: name.to_owned(), value, is_code };
    let header = |name: &str, value: &Option<String>| {
        let shown = value.as_ref().map(|text| opened.without_secrets(text, SECRET));
        fact(name, shown.unwrap_or_else(|| "Missing".to_owned()), value.is_some())
    };
    // The signature itself helps nobody, and some clients send their secret in its place.
    let signature = opened
        .sent
        .signature
        .as_ref()
        .map_or_else(|| "Missing".to_owned(), |text| format!("{} characters, not shown", text.chars().count()));
    vec![
        fact("From", opened.facts.address.clone(), true),
        header("BinancePay-Timestamp", &opened.sent.timestamp),
        header("BinancePay-Nonce", &opened.sent.nonce),
        fact("BinancePay-Signature", signature, false),
    ]
}

fn body(opened: &OpenRefusal) -> (Option<String>, String) {
    match &opened.body {
        RefusedBody::NotRead => (None, "The call was refused before its body was read.".to_owned()),
        RefusedBody::TooLarge(length) => (None, format!("It had {length} bytes, too many to be kept.")),
        RefusedBody::Kept(bytes) if bytes.is_empty() => (None, "It was empty.".to_owned()),
        RefusedBody::Kept(bytes) => match refused_body(bytes) {
            None => (None, format!("Its {} bytes are no UTF-8 text.", bytes.len())),
            Some(text) => {
                let note = format!("{} bytes came; they are set out for reading, with tokens masked.", bytes.len());
                (Some(opened.without_secrets(&text, SECRET)), note)
            }
        },
    }
}

/// One refused call, its signature examined.
pub(crate) async fn detail(
    State(state): State<WebState>,
    Path((key, number)): Path<(String, String)>,
    member: Member,
) -> Answer {
    let (whose, number) = ((member.id(), id::<ApiKeyId>(&key)?), id::<i64>(&number)?);
    let now = state.platform().wall_now();
    let read =
        state.platform().read("refused_call_open", move |tx, platform| refusals::open(tx, platform, whose, number));
    let opened = read.await.map_err(failure)?.ok_or_else(not_found)?;
    let examined = tokio::task::spawn_blocking(move || {
        let diagnosis = opened.diagnosis();
        (opened, diagnosis)
    });
    let (opened, diagnosis) = examined.await.map_err(Failure::internal)?;
    let (body, body_note) = body(&opened);
    ok(&RefusedCallPage {
        chrome: member.chrome(Place::ApiKeys),
        key_id: key,
        key_name: opened.key_name().to_owned(),
        path: opened.facts.path.clone(),
        code: opened.facts.code.clone(),
        message: opened.message.clone(),
        at: Moment::at(opened.facts.received_at.ms(), now.ms()),
        explanation: opened.facts.explanation.clone(),
        source: opened.facts.source.clone(),
        diagnosis,
        facts: facts(&opened),
        body,
        body_note,
    })
}
