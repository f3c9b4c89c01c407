//! `/faults`: the next calls to a path get a code.

use axum::Json;
use axum::extract::State;
use countersign_wire::ResultCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::Body;
use super::refusal::Refusal;
use crate::faults::FAULT_PATHS_MAX;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    path: String,
    code: String,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// Plans a fault and lists all that wait.
pub(super) async fn plan(State(control): State<Control>, Body(plan): Body<Plan>) -> Result<Json<Value>, Refusal> {
    let code = ResultCode::from_digits(&plan.code).ok_or_else(|| Refusal::bad(format!("unknown result code '{}'", plan.code)))?;
    if code == ResultCode::Success {
        return Err(Refusal::bad("000000 is no fault"));
    }
    let planned = control.faults.plan(&plan.path, code, plan.times);
    let faults = planned.ok_or_else(|| Refusal::bad(format!("at most {FAULT_PATHS_MAX} paths may have a fault")))?;
    let listed: Vec<Value> =
        faults.iter().map(|fault| json!({ "path": fault.path, "code": fault.code.digits(), "times": fault.times })).collect();
    Ok(Json(json!({ "faults": listed })))
}
