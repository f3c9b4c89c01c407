//! `/accounts/freeze` and `/accounts/unfreeze`: what the operator does over the admin API, so that integrators meet refunds that
//! wait and merchants that may not act.

use axum::Json;
use axum::extract::State;
use countersign_domain::external_posting::Remark;
use countersign_service::operator::{self, AccountStatus, Caller, StatusChange, StatusError, StatusRefused};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::refusal::Refusal;

/// The reason in the audit chain where the call gives none.
const REASON: &str = "the sandbox's control API";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    #[serde(deserialize_with = "body::number")]
    account: i64,
    reason: Option<String>,
}

/// Freezes a merchant or a payer.
pub(super) async fn freeze(control: State<Control>, body: Body<Standing>) -> Result<Json<Value>, Refusal> {
    set(control, body, AccountStatus::Frozen).await.map(|()| Json(json!({ "status": "FROZEN" })))
}

/// Unfreezes a merchant or a payer; what was held for the payer is on its way then.
pub(super) async fn unfreeze(control: State<Control>, body: Body<Standing>) -> Result<Json<Value>, Refusal> {
    set(control, body, AccountStatus::Active).await.map(|()| Json(json!({ "status": "ACTIVE" })))
}

async fn set(
    State(control): State<Control>,
    Body(Standing { account, reason }): Body<Standing>,
    status: AccountStatus,
) -> Result<(), Refusal> {
    let reason = Remark::new(reason.as_deref().unwrap_or(REASON))
        .ok_or_else(|| Refusal::bad("'reason' is 1 to 256 characters that can be seen"))?;
    let now = control.platform.business_now();
    let set = control.platform.write("account_set_status", move |tx, _| {
        let owner = operator::find_owner(tx, account)?.ok_or(StatusRefused::UnknownAccount)?;
        let change = StatusChange { owner, status, reason: reason.clone() };
        operator::set_status(tx, Caller::OPERATOR, &change, now)
    });
    let set = set.await.and_then(|outcome| outcome.map_err(StatusError::from));
    set.map_err(|error| match error {
        StatusError::Store(error) => Refusal::from(error),
        error @ StatusError::Refused(_) => Refusal::not_found(error.to_string()),
    })?;
    control.dispatcher.wake();
    Ok(())
}
