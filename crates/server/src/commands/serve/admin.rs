//! The operator's side of a running server: health and metrics on their own listener, and the admin API on a Unix socket.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use countersign_service::platform::Platform;
use countersign_store::{Condition, ReadTx, StoreError};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::failure::Failure;
use crate::listener::{self, Limits};
use crate::node::Node;

/// What stops the listeners, and what waits for them.
type Running<'a> = (&'a CancellationToken, &'a TaskTracker);

#[derive(Clone)]
struct Admin {
    platform: Arc<Platform>,
    registry: Arc<Registry>,
}

/// Serves `/healthz`, `/readyz` and `/metrics`, where the configuration wants them.
pub(super) fn listen(node: &Node, config: &Config, (stop, tasks): Running<'_>) -> Result<(), Failure> {
    if config.admin_listen.is_empty() {
        return Ok(());
    }
    let address = config.admin_listen.parse().map_err(|_| Failure::usage("'admin_listen' must be an address with a port, or empty"))?;
    let socket = listener::bind(address)?;
    let mut registry = Registry::with_prefix("countersign");
    node.api_metrics.register(&mut registry);
    node.delivery_metrics.register(&mut registry);
    super::super::metrics::register_store(&mut registry, node.platform.store.clone());
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Admin { platform: Arc::clone(&node.platform), registry: Arc::new(registry) });
    let (limits, stopped) = (Limits::of(config), stop.clone().cancelled_owned());
    tasks.spawn(async move {
        if let Err(error) = listener::serve(socket, router, limits, stopped).await {
            tracing::error!(%error, "the admin listener ended");
        }
    });
    Ok(())
}

/// Ready means: the database answers, takes writes, and its migrations and master key were proved at the start.
async fn ready(State(admin): State<Admin>) -> Response {
    let health = admin.platform.store.health();
    let writer = health.condition == Condition::Ready;
    let reads = admin.platform.read("readiness", |tx: &mut dyn ReadTx, _| {
        countersign_store::queries::meta::get(tx, "mood").map(|mood| mood.is_some())
    });
    let reads = matches!(reads.await, Ok::<_, StoreError>(true));
    let status = if writer && reads { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "writer": writer, "reads": reads, "migrations": true, "masterKey": true });
    (status, Json(body)).into_response()
}

async fn metrics(State(admin): State<Admin>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &admin.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Serves the admin API on a Unix socket that only this user can open. A socket left by a process that died is replaced.
pub(super) fn listen_on_socket(platform: &Arc<Platform>, path: &Path, (stop, tasks): Running<'_>) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::usage(format!("the admin socket {} cannot be used: {error}", path.display()));
    if path.exists() {
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(Failure::usage(format!("another server answers on the admin socket {}", path.display())));
        }
        std::fs::remove_file(path).map_err(cannot)?;
    }
    let listener = private_socket(path).map_err(cannot)?;
    let router = countersign_api::admin::router(Arc::clone(platform));
    let (stopped, path) = (stop.clone().cancelled_owned(), path.to_owned());
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the admin socket ended");
        }
        // A socket that cannot be removed is replaced at the next start.
        let _ = std::fs::remove_file(path);
    });
    Ok(())
}

/// Binds within a folder of our own first, so that the socket has mode 0600 before it has its name.
fn private_socket(path: &Path) -> std::io::Result<tokio::net::UnixListener> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let staging = tempfile::Builder::new().prefix(".admin-").permissions(std::fs::Permissions::from_mode(0o700)).tempdir_in(folder)?;
    let staged = staging.path().join("s");
    let listener = tokio::net::UnixListener::bind(&staged)?;
    std::fs::set_permissions(&staged, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(&staged, path)?;
    Ok(listener)
}
