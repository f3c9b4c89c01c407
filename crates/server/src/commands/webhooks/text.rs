//! Answers of the admin API as people read them.

use std::fmt::Write as _;

use serde_json::Value;

use super::super::operate::{each, joined, shown};
use super::when::utc;
use crate::terminal::harmless;

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}

fn at(value: &Value) -> String {
    value.as_i64().map(utc).unwrap_or_default()
}

/// What became of the last try, in a word or two.
fn last(delivery: &Value) -> String {
    match (&delivery["lastStatus"], &delivery["lastError"]) {
        (Value::Null, Value::Null) => "-".to_owned(),
        (Value::Null, error) => harmless(shown(error)),
        (status, _) => format!("HTTP {status}"),
    }
}

/// A page of deliveries, one line each.
pub(super) fn list(answer: &Value) -> String {
    let deliveries = each(&answer["deliveries"]);
    let mut text = String::new();
    if deliveries.is_empty() {
        line(&mut text, "There is no such delivery.");
    } else {
        let head = ["ID", "CAUSED AT (UTC)", "MERCHANT", "TYPE", "STATUS", "STATE", "TRIES", "LAST", "URL"];
        row(&mut text, &head.map(str::to_owned));
        for delivery in deliveries {
            let of = |name: &str| shown(&delivery[name]).to_owned();
            let [id, merchant, kind, status, state, url] =
                ["deliveryId", "merchantId", "bizType", "bizStatus", "state", "url"].map(of);
            let (tries, url) = (delivery["attempts"].to_string(), harmless(&url));
            row(
                &mut text,
                &[id, at(&delivery["createdAt"]), merchant, kind, status, state, tries, last(delivery), url],
            );
        }
    }
    if let Some(next) = answer["next"].as_str() {
        line(&mut text, &format!("There may be more: --before {next}"));
    }
    text
}

fn row(text: &mut String, cells: &[String; 9]) {
    let [id, at, merchant, kind, status, state, tries, last, url] = cells;
    let cells = format!("{id:<20}{at:<21}{merchant:<11}{kind:<18}{status:<25}{state:<11}{tries:>5}  {last:<20}  {url}");
    line(text, cells.trim_end());
}

/// One delivery with its body and every try.
pub(super) fn delivery(answer: &Value) -> String {
    let of = |name: &str| harmless(shown(&answer[name]));
    let mut text = String::new();
    line(&mut text, &format!("Id: {}", of("deliveryId")));
    line(&mut text, &format!("Merchant: {}", of("merchantId")));
    line(&mut text, &format!("Event: {} {} about {}", of("bizType"), of("bizStatus"), of("bizIdStr")));
    line(&mut text, &format!("URL: {}", of("url")));
    for (name, field) in [("Endpoint", "endpointId"), ("Goes to", "goesTo")] {
        if answer[field].is_string() {
            line(&mut text, &format!("{name}: {}", of(field)));
        }
    }
    line(&mut text, &format!("State: {}{}", of("state"), because(shown(&answer["parkedBecause"]))));
    for (name, field) in
        [("Caused at", "createdAt"), ("Next try at", "nextTryAt"), ("Delivered or parked at", "finishedAt")]
    {
        if answer[field].is_number() {
            line(&mut text, &format!("{name}: {} UTC", at(&answer[field])));
        }
    }
    match answer["body"].as_str() {
        Some(body) => line(&mut text, &format!("Body: {}", harmless(body))),
        None if answer["attempts"] == 0 => line(&mut text, "Body: written at the first try"),
        None => line(&mut text, "Body: cannot be shown"),
    }
    for tried in each(&answer["tries"]) {
        one_try(&mut text, tried);
    }
    text
}

fn because(reason: &str) -> &'static str {
    match reason {
        "last_try" => ", every try failed",
        "hopeless" => ", it can never go",
        "endpoint_disabled" => ", its endpoint was disabled",
        "endpoint_removed" => ", its endpoint was removed",
        _ => "",
    }
}

fn one_try(text: &mut String, tried: &Value) {
    let status = tried["status"].as_i64().map_or("no answer".to_owned(), |status| format!("HTTP {status}"));
    let (number, took, url) = (&tried["number"], &tried["durationMs"], harmless(shown(&tried["url"])));
    line(text, &format!("Try {number} at {} UTC to {url}: {status} after {took} ms", at(&tried["startedAt"])));
    if let Some(error) = tried["error"].as_str() {
        line(text, &format!("  Wrong: {}", harmless(error)));
    }
    for (name, value) in tried["headers"].as_object().into_iter().flatten() {
        line(text, &format!("  {name}: {}", harmless(shown(value))));
    }
    if let Some(answer) = tried["answer"].as_str() {
        let more = if tried["answerIsCut"] == true { " … and more" } else { "" };
        line(text, &format!("  Answer: {}{more}", harmless(answer)));
    }
}

/// A merchant's endpoints.
pub(super) fn endpoints(answer: &Value) -> String {
    let mut text = String::new();
    for endpoint in each(&answer["endpoints"]) {
        let of = |name: &str| harmless(shown(&endpoint[name]));
        let events = match joined(&endpoint["events"]) {
            all if all.is_empty() => "all".to_owned(),
            some => some,
        };
        let closed = if endpoint["tellsClosed"] == false { ", without PAY_CLOSED" } else { "" };
        line(&mut text, &format!("Id: {}", of("endpointId")));
        line(&mut text, &format!("  URL: {}", of("url")));
        if !of("description").is_empty() {
            line(&mut text, &format!("  Description: {}", of("description")));
        }
        line(&mut text, &format!("  Events: {events}{closed}"));
        let by = match shown(&endpoint["disabledBy"]) {
            "platform" => ", because everything had failed",
            "operator" => ", by the operator",
            _ => "",
        };
        line(&mut text, &format!("  State: {}{by}", of("state")));
        if endpoint["failingSince"].is_number() {
            line(&mut text, &format!("  Failing since: {} UTC", at(&endpoint["failingSince"])));
        }
    }
    if text.is_empty() { "The merchant has no endpoint.\n".to_owned() } else { text }
}

/// What became of a recovery.
pub(super) fn recovered((resent, left): (i64, i64)) -> String {
    let count = |count: i64| if count == 1 { "1 delivery".to_owned() } else { format!("{count} deliveries") };
    let mut text = match resent {
        0 => "Nothing was sent again".to_owned(),
        _ => format!("Back in line: {}", count(resent)),
    };
    if left > 0 {
        let why = "the endpoint is disabled or removed, or it was sent as often as it may be";
        write!(text, "; left: {}, {why}", count(left)).expect("writing to a string cannot fail");
    }
    text + ".\n"
}
