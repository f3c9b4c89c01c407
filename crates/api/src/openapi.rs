//! The API description, generated from the wire's tables (being completed).

/// The OpenAPI 3.1 document.
pub fn openapi() -> serde_json::Value {
    serde_json::json!({ "openapi": "3.1.0" })
}
