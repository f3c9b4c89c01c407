//! The API description, OpenAPI 3.1, generated from the tables that also judge the calls: it cannot drift from them.

mod answers;
mod document;
mod schemas;

pub use document::openapi;
