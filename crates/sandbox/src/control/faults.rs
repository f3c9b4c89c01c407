//! `/faults`: the next calls to a path get a code.

use axum::Json;
use axum::extract::State;
use countersign_wire::{Endpoint, ResultCode};
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

/// The endpoint at a path with or without the API's prefix and the leading slash. A fault elsewhere would never strike.
fn endpoint(path: &str) -> Result<&'static Endpoint, Refusal> {
    let path = format!("/{}", path.trim_start_matches('/'));
    Endpoint::find(&path).ok_or_else(|| {
        Refusal::bad(format!("there is no endpoint '{path}'; the nearest is '{}'", Endpoint::nearest(&path).path))
    })
}

/// Plans a fault and lists all that wait.
pub(super) async fn plan(State(control): State<Control>, Body(plan): Body<Plan>) -> Result<Json<Value>, Refusal> {
    let code = ResultCode::from_digits(&plan.code)
        .ok_or_else(|| Refusal::bad(format!("unknown result code '{}'", plan.code)))?;
    if code == ResultCode::Success {
        return Err(Refusal::bad("000000 is no fault"));
    }
    let endpoint = endpoint(&plan.path)?;
    let planned = control.faults.plan(endpoint.path, code, plan.times);
    let faults = planned.ok_or_else(|| Refusal::bad(format!("at most {FAULT_PATHS_MAX} paths may have a fault")))?;
    let listed: Vec<Value> = faults
        .iter()
        .map(|fault| json!({ "path": fault.path, "code": fault.code.digits(), "times": fault.times }))
        .collect();
    Ok(Json(json!({ "faults": listed })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_endpoints_take_a_fault() {
        for path in ["/v3/order", "v3/order", "/binancepay/openapi/v3/order"] {
            assert_eq!(endpoint(path).ok().map(|found| found.path), Some("/v3/order"), "{path}");
        }
        for path in ["", "/", "/v3/orders", "/sandbox/v1/faults", "/v3/order/"] {
            assert!(endpoint(path).is_err(), "{path}");
        }
    }
}
