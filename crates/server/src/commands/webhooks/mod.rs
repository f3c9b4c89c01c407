//! `countersign webhooks`: what was delivered and what not, and sending it again.

mod text;
mod when;

use serde_json::{Value, json};

use crate::cli::{ConfigArg, DeliveryStateArg, WebhooksCommand};
use crate::config::Environment;
use crate::failure::Failure;
use crate::terminal::harmless_json;

use super::admin_call::call;
use super::print;
use when::unix_ms;

pub(crate) fn webhooks(command: WebhooksCommand, environment: &Environment) -> Result<(), Failure> {
    match command {
        WebhooksCommand::List { config, merchant, state, biz_type, endpoint, since, until, limit, before, json } => {
            let (since, until) = (time(since)?, time(until)?);
            if since.zip(until).is_some_and(|(since, until)| since >= until) {
                return Err(Failure::usage("--since must be before --until"));
            }
            let body = json!({
                "merchantId": number(merchant), "state": state.map(state_name), "bizType": biz_type,
                "endpointId": number(endpoint), "since": since, "until": until,
                "limit": limit, "before": number(before),
            });
            show(&call(&config, environment, "/v1/webhooks/deliveries", body)?, json, text::list)
        }
        WebhooksCommand::Show { config, id, json } => {
            let body = json!({ "deliveryId": id.to_string() });
            show(&call(&config, environment, "/v1/webhooks/deliveries/show", body)?, json, text::delivery)
        }
        WebhooksCommand::Resend { config, id, to } => {
            let body = json!({ "deliveryId": id.to_string(), "toEndpointId": number(to) });
            call(&config, environment, "/v1/webhooks/deliveries/resend", body)?;
            print("It is back in line: it goes out as soon as a server runs.\n")
        }
        WebhooksCommand::Recover { config, since, merchant, endpoint, to } => {
            let body = json!({
                "since": unix_ms(&since)?, "merchantId": number(merchant), "endpointId": number(endpoint),
                "toEndpointId": number(to),
            });
            print(&text::recovered(recover(&config, environment, body)?))
        }
        WebhooksCommand::Endpoints { config, merchant, json } => {
            let body = json!({ "merchantId": merchant.to_string() });
            show(&call(&config, environment, "/v1/webhooks/endpoints", body)?, json, text::endpoints)
        }
    }
}

/// Recovers call by call until everything was looked at; answers how many are back in line, and how many are not.
fn recover(config: &ConfigArg, environment: &Environment, mut body: Value) -> Result<(i64, i64), Failure> {
    let mut sums = (0, 0);
    loop {
        let answer = call(config, environment, "/v1/webhooks/deliveries/recover", body.clone())?;
        let count = |name: &str| answer[name].as_i64().unwrap_or(0);
        sums = (sums.0 + count("resent"), sums.1 + count("left"));
        match &answer["next"] {
            Value::Null => return Ok(sums),
            next => body["after"] = next.clone(),
        }
    }
}

fn show(answer: &Value, as_json: bool, text: fn(&Value) -> String) -> Result<(), Failure> {
    print(&if as_json { harmless_json(&format!("{answer}\n")) } else { text(answer) })
}

fn number(id: Option<i64>) -> Option<String> {
    id.map(|id| id.to_string())
}

fn time(text: Option<String>) -> Result<Option<i64>, Failure> {
    text.map(|text| unix_ms(&text)).transpose()
}

const fn state_name(state: DeliveryStateArg) -> &'static str {
    match state {
        DeliveryStateArg::Pending => "pending",
        DeliveryStateArg::Delivered => "delivered",
        DeliveryStateArg::Parked => "parked",
    }
}
