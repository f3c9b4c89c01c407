//! Resolves names for the outbound client and keeps back addresses that may not be called.
//!
//! The connection is made to the addresses that this hands out, so a name cannot resolve to one thing here and to another
//! when connecting.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::policy::{OutboundPolicy, UrlRefused};

/// A name leads only to addresses that may not be called.
#[derive(Debug, Error)]
#[error("the name resolves only to addresses that may not be called: {0}")]
pub(super) struct NoAllowedAddress(pub(super) UrlRefused);

/// Looks names up with the machine's own resolver.
pub(super) struct PolicyResolver(pub(super) OutboundPolicy);

impl Resolve for PolicyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0.clone();
        Box::pin(async move {
            // Port 0 stands for the URL's own port.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let mut allowed = Vec::with_capacity(found.len());
            let mut refused = None;
            for address in found {
                match policy.check_address(address.ip()) {
                    Ok(()) => allowed.push(address),
                    Err(why) => refused = Some(why),
                }
            }
            match refused {
                Some(why) if allowed.is_empty() => Err(NoAllowedAddress(why).into()),
                _ => Ok::<Addrs, _>(Box::new(allowed.into_iter())),
            }
        })
    }
}
