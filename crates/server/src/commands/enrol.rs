//! Commands that enrol.

use serde_json::{Value, json};

use crate::cli::{KeyCommand, NewMerchantArgs, OperatorCommand, ProviderCommand};
use crate::config::Environment;
use crate::failure::Failure;

use super::admin_call::{call, text};
use super::print;

pub(crate) fn operator(command: OperatorCommand, environment: &Environment) -> Result<(), Failure> {
    let OperatorCommand::Create { config, email } = command;
    let answer = call(&config, environment, "/v1/operators", json!({ "email": email }))?;
    print(&text(&[("Set the password within 24 hours at", &answer["link"])]))
}

pub(crate) fn merchant(new: NewMerchantArgs, path: &'static str, environment: &Environment) -> Result<(), Failure> {
    let NewMerchantArgs { config, name, email } = new;
    enrolled(&call(&config, environment, path, json!({ "name": name, "email": email }))?)
}

pub(crate) fn provider(command: ProviderCommand, environment: &Environment) -> Result<(), Failure> {
    let ProviderCommand::Create { config, name, email, allow_scopes } = command;
    enrolled(&call(
        &config,
        environment,
        "/v1/providers",
        json!({ "name": name, "email": email, "allowedScopes": allow_scopes }),
    )?)
}

pub(crate) fn key(command: KeyCommand, environment: &Environment) -> Result<(), Failure> {
    let KeyCommand::Create { config, merchant, name, scopes, addresses } = command;
    let body = json!({ "merchantId": merchant.to_string(), "name": name, "scopes": scopes, "addresses": addresses });
    let answer = call(&config, environment, "/v1/keys", body)?;
    print(&text(&[("API key", &answer["apiKey"]), ("API secret (shown this once)", &answer["apiSecret"])]))
}

fn enrolled(answer: &Value) -> Result<(), Failure> {
    print(&text(&[
        ("Merchant id", &answer["merchantId"]),
        ("The owner sets the password within 24 hours at", &answer["link"]),
    ]))
}
