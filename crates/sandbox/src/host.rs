//! Which names a browser may call the sandbox's pages by.
//!
//! The console and the mailbox show secrets. A page of somebody else that makes its name resolve to this machine (DNS
//! rebinding) would read them; its requests carry its own name as `Host`, and are refused here. The merchant API answers
//! to any name, for its callers prove themselves.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names by which the pages may be called, without port.
#[derive(Debug, Clone)]
pub struct AllowedHosts(std::sync::Arc<[String]>);

/// The host in an authority such as `localhost:8420` or `[::1]:8420`.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(':') => host,
        _ => authority,
    }
}

impl AllowedHosts {
    /// `localhost`, the loopback addresses, and the hosts of these base URLs.
    pub fn new<'a>(base_urls: impl IntoIterator<Item = &'a str>) -> Self {
        let own = base_urls.into_iter().filter_map(|url| url.split_once("://")).map(|(_, rest)| {
            let authority = rest.split('/').next().unwrap_or_default();
            host_of(authority).to_ascii_lowercase()
        });
        let loopback = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        Self(own.chain(loopback).collect())
    }

    /// Whether a request with this `Host` may see pages.
    pub fn allows(&self, host: &str) -> bool {
        let host = host_of(host).to_ascii_lowercase();
        self.0.contains(&host)
    }
}

/// Refuses requests that call the pages by another name.
pub async fn guard(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    if host.is_some_and(|host| allowed.allows(host)) {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, "These pages answer to localhost, the listen address or --public-url only.\n")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_pass() {
        let hosts = AllowedHosts::new(["http://192.0.2.7:8420", "https://Pay.Example/base", "http://[2001:db8::1]:80"]);
        for host in [
            "localhost",
            "LOCALHOST:8420",
            "127.0.0.1:1",
            "[::1]:8420",
            "192.0.2.7:8420",
            "pay.example",
            "[2001:db8::1]",
        ] {
            assert!(hosts.allows(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8420", "", "[2001:db8::2]"] {
            assert!(!hosts.allows(host), "{host}");
        }
    }
}
