//! `countersign merchant commission`: what the platform takes of payments to a merchant.

use serde_json::{Value, json};

use crate::cli::CommissionCommand;
use crate::config::Environment;
use crate::failure::Failure;

use super::admin_call::call;
use super::print;

pub(crate) fn commission(command: CommissionCommand, environment: &Environment) -> Result<(), Failure> {
    match command {
        CommissionCommand::Set { config, merchant, currency, percent, minimum, cap } => {
            let merchant = merchant.to_string();
            let (path, body) = match currency {
                None => ("/v1/merchants/configure", json!({ "merchantId": merchant, "commissionPercent": percent })),
                Some(currency) => (
                    "/v1/merchants/commission",
                    json!({ "merchantId": merchant, "currency": currency, "percent": percent, "minimum": minimum, "cap": cap }),
                ),
            };
            call(&config, environment, path, body)?;
            print("Set. It counts for payments from now on.\n")
        }
        CommissionCommand::Remove { config, merchant, currency } => {
            let body = json!({ "merchantId": merchant.to_string(), "currency": currency });
            let answer = call(&config, environment, "/v1/merchants/commission/remove", body)?;
            print(if answer["removed"] == true {
                "Removed. The merchant's default counts from now on.\n"
            } else {
                "There was nothing to remove.\n"
            })
        }
        CommissionCommand::Show { config, merchant } => {
            let body = json!({ "merchantId": merchant.to_string() });
            print(&table(&call(&config, environment, "/v1/merchants/commissions", body)?))
        }
    }
}

/// One line for each currency with terms of its own, and one for all others.
fn table(answer: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let own = answer["currencies"].as_array().into_iter().flatten().map(|line| {
        let bound = |words: &str, value: &Value| value.as_str().map(|amount| format!(", {words} {amount}"));
        let minimum = bound("at least", &line["minimum"]).filter(|_| line["minimum"] != "0").unwrap_or_default();
        let cap = bound("at most", &line["cap"]).unwrap_or_default();
        format!("{}: {} %{minimum}{cap}\n", text(&line["currency"]), text(&line["percent"]))
    });
    own.chain([format!("All others: {} %\n", text(&answer["defaultPercent"]))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_listed_by_currency() {
        let answer = json!({
            "defaultPercent": "1",
            "currencies": [
                { "currency": "BTC", "percent": "0.5", "minimum": "0" },
                { "currency": "USDT", "percent": "0.25", "minimum": "0.1", "cap": "5" },
            ],
        });
        assert_eq!(table(&answer), "BTC: 0.5 %\nUSDT: 0.25 %, at least 0.1, at most 5\nAll others: 1 %\n");
    }
}
