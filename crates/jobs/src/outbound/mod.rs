//! The one HTTP client that calls addresses which strangers gave us.
//!
//! Threat: a webhook URL that points into the operator's network, at the machine itself or at a cloud's metadata service,
//! directly, in an odd spelling, or behind a name that resolves there (also only at the second look-up). So a URL is judged
//! when it is given ([`OutboundPolicy::check_url`]), and every address is judged again at the moment of connecting, after
//! resolving, by the resolver that the connection itself uses. Redirects and proxies are never followed.

mod address;
mod carried;
mod client;
mod policy;
mod resolver;
#[cfg(test)]
mod tests;
mod tls;

pub use address::AddressClass;
pub use client::{Answer, Interruption, OutboundClient, OutboundClientError, OutboundTimeouts, SendError};
pub use policy::{OutboundPolicy, UrlRefused};
