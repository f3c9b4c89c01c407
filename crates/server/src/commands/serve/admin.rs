//! The operator's side of a running server: health and metrics on their own listener, the admin API for signed calls on
//! another, and the admin API on a Unix socket.

use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use countersign_service::installation;
use countersign_service::platform::Platform;
use countersign_store::queries::meta;
use countersign_store::{Condition, ReadTx, StoreError};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde::Serialize;
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
    let socket = bind("admin_listen", &config.admin_listen)?;
    let mut registry = Registry::with_prefix("countersign");
    node.api_metrics.register(&mut registry);
    node.admin_metrics.register(&mut registry);
    node.delivery_metrics.register(&mut registry);
    node.refusals.metrics().register(&mut registry);
    super::super::metrics::register_store(&mut registry, node.platform.store.clone());
    super::super::metrics::register_rates(&mut registry, Arc::clone(&node.platform));
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Admin { platform: Arc::clone(&node.platform), registry: Arc::new(registry) });
    serve((socket, router), "the admin listener ended", Limits::of(config)?, (stop, tasks));
    Ok(())
}

/// Serves signed calls of the operator's own systems, where the configuration wants them.
pub(super) fn listen_api(node: &Node, config: &Config, running: Running<'_>) -> Result<(), Failure> {
    if config.admin_api_listen.is_empty() {
        return Ok(());
    }
    let socket = bind("admin_api_listen", &config.admin_api_listen)?;
    let router = node.admin_api(config)?;
    tracing::info!(address = config.admin_api_listen, "the admin API takes signed calls");
    serve((socket, router), "the listener of the admin API ended", Limits::of(config)?, running);
    Ok(())
}

fn bind(key: &str, address: &str) -> Result<TcpListener, Failure> {
    let address = address.parse();
    let address = address.map_err(|_| Failure::usage(format!("'{key}' must be an address with a port, or empty")))?;
    listener::bind(address)
}

fn serve((socket, router): (TcpListener, Router), ended: &'static str, limits: Limits, (stop, tasks): Running<'_>) {
    let stopped = stop.clone().cancelled_owned();
    tasks.spawn(async move {
        if let Err(error) = listener::serve(socket, router, limits, stopped).await {
            tracing::error!(%error, "{ended}");
        }
    });
}

/// What a server needs before calls are sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is one line of what is answered, independent of the others")]
struct Readiness {
    /// The database takes writes.
    writer: bool,
    /// The database answers.
    reads: bool,
    /// The schema is the one that this binary was built for.
    migrations: bool,
    /// The master key at hand opens what the database holds.
    master_key: bool,
}

impl Readiness {
    fn status(self) -> StatusCode {
        let all = self.writer && self.reads && self.migrations && self.master_key;
        if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    }
}

/// Asks the database anew each time: one that was put back from another's copy is noticed as well.
async fn readiness(platform: &Arc<Platform>) -> Readiness {
    let writer = platform.store.health().condition == Condition::Ready;
    let found = platform.read("readiness", |tx: &mut dyn ReadTx, platform| {
        Ok::<_, StoreError>((meta::schema_is_ours(tx)?, installation::master_key_opens(tx, &platform.keys)?))
    });
    match found.await {
        Ok((migrations, master_key)) => Readiness { writer, reads: true, migrations, master_key },
        Err(_) => Readiness { writer, reads: false, migrations: false, master_key: false },
    }
}

async fn ready(State(admin): State<Admin>) -> Response {
    let readiness = readiness(&admin.platform).await;
    (readiness.status(), Json(readiness)).into_response()
}

async fn metrics(State(admin): State<Admin>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &admin.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Serves the admin API on a Unix socket that only this user can open. A socket left by a process that died is replaced.
pub(super) fn listen_on_socket(node: &Node, path: &Path, (stop, tasks): Running<'_>) -> Result<(), Failure> {
    let cannot =
        |error: std::io::Error| Failure::usage(format!("the admin socket {} cannot be used: {error}", path.display()));
    if let Ok(found) = std::fs::symlink_metadata(path) {
        // A mistyped path must not cost anybody a file.
        if !found.file_type().is_socket() {
            return Err(Failure::usage(format!("'admin_socket': {} exists and is no socket", path.display())));
        }
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(Failure::usage(format!("another server answers on the admin socket {}", path.display())));
        }
        std::fs::remove_file(path).map_err(cannot)?;
    }
    let listener = private_socket(path).map_err(cannot)?;
    let router = countersign_api::admin::router(Arc::clone(&node.platform), node.outbound.clone(), node.wake());
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
    let staging = tempfile::Builder::new()
        .prefix(".admin-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(folder)?;
    let staged = staging.path().join("s");
    let listener = tokio::net::UnixListener::bind(&staged)?;
    std::fs::set_permissions(&staged, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(&staged, path)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use countersign_crypto::{MasterKey, MasterKeyRing, WebhookSigningKey};
    use countersign_service::{Clocks, Links, PlatformParts, Rates};
    use countersign_store::{CommandId, DatabaseUrl, Mode, Statement, Store};

    use super::*;
    use crate::system::{OsEntropy, SystemClock};

    static MIGRATE_ELSEWHERE: Statement = Statement {
        name: "test_migrate_elsewhere",
        sql: "UPDATE refinery_schema_history SET version = 999 WHERE version = (SELECT MAX(version) FROM refinery_schema_history)",
    };

    fn ring() -> MasterKeyRing {
        MasterKeyRing::new(&MasterKey::generate(&OsEntropy), &[]).expect("one key")
    }

    fn platform(store: Store, keys: MasterKeyRing) -> Arc<Platform> {
        Arc::new(Platform::new(PlatformParts {
            store,
            keys,
            webhook_key: WebhookSigningKey::published_test(),
            clocks: Clocks { wall: Arc::new(SystemClock), business: Arc::new(SystemClock) },
            entropy: Arc::new(OsEntropy),
            sealing_entropy: Arc::new(OsEntropy),
            links: Links::new("http://127.0.0.1:1", "countersign"),
            rates: Rates::none(),
        }))
    }

    fn fresh() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = DatabaseUrl::sqlite(folder.path().join("countersign.db"));
        let store = Store::open(&url, &crate::database::options(Mode::ReadWrite)).expect("a new database");
        (folder, store)
    }

    #[tokio::test]
    async fn what_is_not_as_it_should_be_is_named() {
        let (_folder, store) = fresh();
        let keys = ring();
        let prove = {
            let store = store.clone();
            move || {
                installation::prove_master_key(&store, &keys, &OsEntropy).expect("a new database remembers the key");
                keys
            }
        };
        let keys = tokio::task::spawn_blocking(prove).await.expect("no panic");
        let all = Readiness { writer: true, reads: true, migrations: true, master_key: true };
        let (right, wrong) = (platform(store.clone(), keys), platform(store.clone(), ring()));
        assert_eq!((readiness(&right).await, all.status()), (all, StatusCode::OK));

        let other_key = Readiness { master_key: false, ..all };
        assert_eq!((readiness(&wrong).await, other_key.status()), (other_key, StatusCode::SERVICE_UNAVAILABLE));

        let migrate = store.write("test", CommandId([7; 16]), |tx| tx.execute_one(&MIGRATE_ELSEWHERE, &[]));
        migrate.await.expect("the history has a last row");
        let elsewhere = Readiness { migrations: false, ..all };
        assert_eq!((readiness(&right).await, elsewhere.status()), (elsewhere, StatusCode::SERVICE_UNAVAILABLE));

        store.drain();
        let closed = readiness(&right).await;
        assert_eq!((closed.reads, closed.status()), (false, StatusCode::SERVICE_UNAVAILABLE));
    }
}
