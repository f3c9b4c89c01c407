//! `/authorizations/decide`: what a merchant does on the review page, without the page.

use axum::Json;
use axum::extract::State;
use countersign_domain::authorization::{Authorization, Grant, OrderLimits, StateName};
use countersign_domain::id::{AuthorizationId, UserId};
use countersign_service::authorizations::{self as consent, Approval, DecideError};
use countersign_store::queries::{authorizations, users};
use countersign_wire::names::AuthorizationStatusName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::refusal::Refusal;
use super::settings::scope_set;

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Approve,
    Reject,
    Disable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Decide {
    #[serde(deserialize_with = "body::number")]
    authorization_id: i64,
    decision: Decision,
    scopes: Option<Vec<String>>,
}

fn refuse(error: DecideError) -> Refusal {
    match error {
        DecideError::Store(error) => error.into(),
        DecideError::Unknown => Refusal::not_found(error.to_string()),
        error => Refusal::bad(error),
    }
}

/// The record, and somebody who may decide for its merchant.
async fn subject(control: &Control, id: AuthorizationId) -> Result<(Authorization, UserId), Refusal> {
    let found = control.platform.read("authorization_get", move |tx, _| {
        let Some(record) = authorizations::get(tx, id)? else { return Ok(None) };
        let owner = users::owners(tx, record.merchant_id)?.into_iter().next();
        Ok::<_, countersign_store::StoreError>(owner.map(|owner| (record, owner.id)))
    });
    found.await?.ok_or_else(|| Refusal::not_found("there is no such authorization"))
}

/// Approves, rejects, disables; approving what is in force with fewer scopes narrows it.
pub(super) async fn decide(State(control): State<Control>, Body(decide): Body<Decide>) -> Result<Json<Value>, Refusal> {
    let id = AuthorizationId::new(decide.authorization_id);
    let (record, by) = subject(&control, id).await?;
    let scopes = decide.scopes.as_deref().map(scope_set).transpose()?;
    let now = control.platform.business_now();
    let subject = (record.merchant_id, id, by);
    let status = match (decide.decision, record.state.grant()) {
        (Decision::Approve, Some(grant)) if record.state.name() == StateName::Authorized => {
            let narrowed = Grant { scopes: scopes.unwrap_or(grant.scopes), ..grant.clone() };
            let write = control.platform.write("authorization_change", move |tx, platform| {
                consent::regrant(tx, platform, subject, &narrowed, now)
            });
            write.await.map_err(refuse)?;
            AuthorizationStatusName::Authorized.as_str()
        }
        (Decision::Approve, _) => {
            let approval = Approval {
                merchant_id: record.merchant_id,
                id,
                by,
                scopes: scopes.unwrap_or(record.request.scopes),
                limits: OrderLimits::none(),
                ends_at: None,
                shown: None,
            };
            let write = control
                .platform
                .write("authorization_approve", move |tx, platform| consent::approve(tx, platform, &approval, now));
            write.await.map_err(refuse)?;
            AuthorizationStatusName::Authorized.as_str()
        }
        (Decision::Reject, _) => {
            let write = control.platform.write("authorization_reject", move |tx, platform| {
                consent::reject(tx, platform, subject, (None, None), now)
            });
            write.await.map_err(refuse)?;
            AuthorizationStatusName::Rejected.as_str()
        }
        (Decision::Disable, _) => {
            let write = control
                .platform
                .write("authorization_disable", move |tx, platform| consent::disable(tx, platform, subject, now));
            write.await.map_err(refuse)?;
            AuthorizationStatusName::Disabled.as_str()
        }
    };
    control.dispatcher.wake();
    Ok(Json(json!({ "status": status })))
}
