//! Our own files.

use axum::extract::Path;
use axum::response::Response;

use crate::render;

/// One file by its fingerprinted name.
pub(crate) async fn file(Path(name): Path<String>) -> Response {
    render::asset(&name)
}
