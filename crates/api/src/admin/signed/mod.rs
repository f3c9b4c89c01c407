//! The admin API over the network, for the operator's own systems.
//!
//! A call is judged in one fixed order, and whatever comes first is what the caller hears of: path, method, query, media type,
//! body, headers, key, time window, signature, replay, the key's addresses. Then its act decides on the capability, in its own
//! transaction.
//!
//! Threat model: whoever can reach the listener may send anything, and what it can ask for is money. Nothing is looked up or kept
//! for a caller without a bound, and no refusal names an expected signature. Each refusal is counted and, up to a bound, logged. The listener speaks plain HTTP: what goes over a
//! network that others read belongs behind TLS.

mod call;
mod endpoint;
pub mod headers;
mod refused;
mod serve;
mod trace;

pub use endpoint::{ADMIN_ENDPOINTS, AdminEndpoint, AdminEndpointId};
pub use refused::CallRefused;
pub use serve::{AdminApiSettings, signed_router};
pub use trace::AdminMetrics;
