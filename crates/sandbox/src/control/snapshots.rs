//! `/snapshot` and `/restore`: the whole world kept under a name and put back. SQLite only.

use std::path::PathBuf;

use axum::Json;
use axum::extract::State;
use countersign_store::SnapshotError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::Body;
use super::refusal::Refusal;

/// The most characters of a snapshot's name.
const NAME_LENGTH_MAX: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: String,
}

/// The file of a snapshot. The name is a plain word, so that it cannot leave the folder.
fn file(control: &Control, name: &str) -> Result<PathBuf, Refusal> {
    let folder = control
        .snapshots
        .as_ref()
        .ok_or_else(|| Refusal::bad("snapshots need SQLite; this sandbox runs on PostgreSQL"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > NAME_LENGTH_MAX || !name.chars().all(plain) {
        return Err(Refusal::bad(format!("a snapshot's name has 1 to {NAME_LENGTH_MAX} letters, digits, '-' or '_'")));
    }
    std::fs::create_dir_all(folder.as_ref())
        .map_err(|error| Refusal::ours(format!("the snapshots' folder cannot be made: {error}")))?;
    Ok(folder.join(format!("{name}.db")))
}

/// Runs what blocks off the async threads.
async fn blocking(work: impl FnOnce() -> Result<(), SnapshotError> + Send + 'static) -> Result<(), Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(Refusal::ours)?.map_err(|error| match error {
        SnapshotError::Copy(error) => error.into(),
        error @ SnapshotError::Write { .. } => Refusal::ours(error),
        // Another engine, or a file that is no snapshot of ours: the caller's choice.
        error => Refusal::bad(error),
    })
}

/// Keeps the world under a name; a snapshot of that name is replaced.
pub(super) async fn take(State(control): State<Control>, Body(named): Body<Named>) -> Result<Json<Value>, Refusal> {
    let file = file(&control, &named.name)?;
    crate::clock_state::keep(&control.platform, &control.clock).await?;
    let store = control.platform.store.clone();
    blocking(move || store.snapshot_blocking(&file)).await?;
    Ok(Json(json!({ "name": named.name })))
}

/// Puts the world back as it was kept, its business time and its prices included.
pub(super) async fn restore(State(control): State<Control>, Body(named): Body<Named>) -> Result<Json<Value>, Refusal> {
    let file = file(&control, &named.name)?;
    if !file.exists() {
        return Err(Refusal::not_found(format!("there is no snapshot '{}'", named.name)));
    }
    let store = control.platform.store.clone();
    blocking(move || store.restore_blocking(&file)).await?;
    crate::clock_state::put_back(&control.platform, &control.clock).await?;
    crate::rates::put_back(&control.platform).await?;
    control.listeners.settle().await?;
    Ok(Json(json!({ "name": named.name })))
}
