//! `/rates`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use countersign_domain::rates::Priced;
use countersign_service::rates::known_prices;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::Body;
use super::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    /// Code and price in US dollars.
    rates: BTreeMap<String, String>,
}

/// Changes the prices of some assets and fiat currencies; the others stay.
pub(super) async fn change(
    State(control): State<Control>,
    Body(changed): Body<Changed>,
) -> Result<Json<Value>, Refusal> {
    if !control.platform.rates.are_fixed() {
        return Err(Refusal::bad("'rates_source' is not 'sandbox': prices come from elsewhere and cannot be set here"));
    }
    if let Some(code) = changed.rates.keys().find(|code| Priced::from_code(code).is_none()) {
        return Err(Refusal::bad(format!("unknown currency '{code}'")));
    }
    known_prices(&changed.rates).map_err(Refusal::bad)?;
    crate::rates::change(&control.platform, changed.rates).await?;
    Ok(Json(json!({})))
}
