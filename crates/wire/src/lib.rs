//! The wire of the merchant API, and nothing else: every camelCase spelling, result code, header name, number
//! format and webhook body that an unmodified public client sends or needs.
//!
//! Invariants:
//!
//! - no I/O, no clock, no randomness: bytes in, typed values or a [`Refusal`] out;
//! - an amount never touches a float: it is read from its JSON text ([`WireDecimal`]) and printed as text;
//! - request shapes are data ([`schema`]), so that the checker, the API description and the tests use one table;
//! - whatever is refused says which field, which rule and which page or decision ([`Explanation`]).
//!
//! ```
//! use countersign_wire::requests::ProviderCreate;
//! use countersign_wire::{Body, OnBehalf};
//!
//! let body = Body::parse(br#"{"merchantId":"1000100000001","scopes":["CHECKOUT"],"ipWhitelist":[""]}"#)?;
//! assert!(matches!(body.on_behalf_token()?, OnBehalf::Own));
//! let request = ProviderCreate::from_body(&body)?;
//! assert_eq!(request.merchant_id, "1000100000001");
//! assert!(request.ip_whitelist.is_empty());
//!
//! let refusal = Body::parse(br#"{"merchantId":"1"}"#)
//!     .and_then(|body| ProviderCreate::from_body(&body).map(|_| ()))
//!     .expect_err("scopes are required");
//! assert_eq!(refusal.code.digits(), "400100");
//! assert_eq!(refusal.field.as_deref(), Some("scopes"));
//! # Ok::<(), countersign_wire::Refusal>(())
//! ```

pub mod answers;
pub mod body;
pub mod decimal;
pub mod endpoint;
pub mod envelope;
pub mod headers;
pub mod names;
pub mod refusal;
pub mod requests;
pub mod result_code;
pub mod schema;
pub mod scope;
pub mod token;
mod transaction_id;
pub mod webhooks;

pub use body::{Body, Checked, OnBehalf};
pub use decimal::{DecimalError, WireDecimal, WireNumber};
pub use endpoint::{ENDPOINTS, Endpoint, EndpointId};
pub use envelope::{Envelope, Failure, Success};
pub use headers::RequestHeaders;
pub use refusal::{Explanation, Refusal};
pub use result_code::ResultCode;
pub use schema::{Field, Kind, Need, Schema};
pub use scope::ScopeName;
pub use token::AuthorizationToken;
pub use transaction_id::payment_transaction_id;
