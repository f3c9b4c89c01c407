//! Calls of the admin API: through the admin socket of a running server, else on the database itself.
//!
//! Both ways speak to the same router; only the transport differs.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use countersign_service::Rates;
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tower::ServiceExt;

use crate::cli::ConfigArg;
use crate::config::{Config, Environment};
use crate::failure::Failure;

use super::serve::{Installation, outbound_policy, socket_path};

/// The largest answer that is read: a list of admin keys with long address lists, a delivery with a hundred long
/// answers, and above.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Lines of what there is to tell.
pub(super) fn text(facts: &[(&str, &Value)]) -> String {
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
    let policy = Arc::new(outbound_policy(&config)?);
    // Nothing is valued or converted here.
    let platform = installation.platform(&config, Rates::none())?;
    // Nothing is sent from here: a server finds what is in line.
    let router = countersign_api::admin::router(Arc::clone(&platform), policy, Arc::new(|| ()));
    let answer = runtime.block_on(in_process(router, path, &body));
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

async fn in_process(router: Router, path: &str, body: &Value) -> Result<Value, Failure> {
    let response = router.oneshot(request(path, body)?).await.map_err(Failure::work)?;
    answer(response.status(), response.into_body()).await
}

async fn answer(status: StatusCode, body: Body) -> Result<Value, Failure> {
    let bytes = http_body_util::Limited::new(body, ANSWER_BYTES_MAX).collect().await.map_err(Failure::work)?.to_bytes();
    let value: Value = serde_json::from_slice(&bytes).map_err(Failure::work)?;
    if status.is_success() {
        return Ok(value);
    }
    Err(Failure::work(value["error"]["message"].as_str().unwrap_or("the admin API refused")))
}
