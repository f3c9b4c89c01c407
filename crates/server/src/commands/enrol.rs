//! Commands that enrol and configure: through the admin socket of a running server, else on the database itself.
//!
//! Both ways speak to the same admin API; only the transport differs.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use countersign_service::{Platform, Rates};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::UnixStream;
use tower::ServiceExt;

use crate::cli::{ConfigArg, KeyCommand, NewMerchantArgs, OperatorCommand, ProviderCommand};
use crate::config::{Config, Environment};
use crate::failure::Failure;

use super::print;
use super::serve::{Installation, socket_path};

/// The largest answer that is read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

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

/// Lines of what there is to tell.
fn text(facts: &[(&str, &Value)]) -> String {
    let shown = facts.iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some(format!("{name}: {text}\n")),
        other => Some(format!("{name}: {other}\n")),
    });
    shown.collect()
}

/// Calls the admin API; null fields are left out.
pub(super) fn call(
    config: &ConfigArg,
    environment: &Environment,
    path: &str,
    mut body: Value,
) -> Result<Value, Failure> {
    if let Value::Object(fields) = &mut body {
        fields.retain(|_, value| !value.is_null());
    }
    let config = Config::of_serve(&config.config, environment)?;
    let installation = Installation::of(&config)?;
    let socket = socket_path(&config, &installation.url);
    let runtime = super::runtime()?;
    let running = socket.and_then(|path| runtime.block_on(UnixStream::connect(path)).ok());
    if let Some(stream) = running {
        return runtime.block_on(over_socket(stream, path, &body));
    }
    // Nothing is valued or converted here.
    let platform = installation.platform(&config, Rates::none())?;
    let answer = runtime.block_on(in_process(&platform, path, &body));
    platform.store.drain();
    answer
}

fn request(path: &str, body: &Value) -> Result<Request<Body>, Failure> {
    let builder =
        Request::post(path).header(header::HOST, "countersign").header(header::CONTENT_TYPE, "application/json");
    builder.body(Body::from(body.to_string())).map_err(Failure::work)
}

async fn over_socket(stream: UnixStream, path: &str, body: &Value) -> Result<Value, Failure> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(Failure::work)?;
    let exchange = async {
        let response = sender.send_request(request(path, body)?).await.map_err(Failure::work)?;
        answer(response.status(), Body::new(response.into_body())).await
    };
    tokio::select! {
        biased;
        answer = exchange => answer,
        ended = connection => Err(Failure::work(format!("the server closed the admin socket: {ended:?}"))),
    }
}

async fn in_process(platform: &Arc<Platform>, path: &str, body: &Value) -> Result<Value, Failure> {
    let router = countersign_api::admin::router(Arc::clone(platform));
    let response = router.oneshot(request(path, body)?).await.map_err(Failure::work)?;
    answer(response.status(), response.into_body()).await
}

async fn answer(status: StatusCode, body: Body) -> Result<Value, Failure> {
    let bytes = http_body_util::Limited::new(body, ANSWER_BYTES_MAX).collect().await.map_err(Failure::work)?.to_bytes();
    let value: Value = serde_json::from_slice(&bytes).map_err(Failure::work)?;
    if status.is_success() {
        return Ok(value);
    }
    Err(Failure::work(value["error"].as_str().unwrap_or("the admin API refused")))
}
