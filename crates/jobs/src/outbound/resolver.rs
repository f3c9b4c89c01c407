//! Resolves names for the outbound client and keeps back addresses that may not be called.
//!
//! The connection is made to the addresses that this hands out, so a name cannot resolve to one thing here and to another
//! when connecting.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::policy::{OutboundPolicy, UrlRefused};

/// A name leads only to addresses that may not be called.
#[derive(Debug, Error)]
#[error("the name resolves only to addresses that may not be called: {0}")]
pub(super) struct NoAllowedAddress(pub(super) UrlRefused);

/// What a look-up comes to.
pub(super) type LookingUp = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where the addresses of names are found.
pub(super) trait Names: Send + Sync + 'static {
    /// The addresses of `name`, in the order in which they are to be tried.
    fn look_up(&self, name: &str) -> LookingUp;
}

/// The machine's own resolver.
pub(super) struct MachineNames;

impl Names for MachineNames {
    fn look_up(&self, name: &str) -> LookingUp {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Keeps back what the policy refuses of what is found.
pub(super) struct PolicyResolver {
    pub(super) policy: OutboundPolicy,
    pub(super) names: Arc<dyn Names>,
}

impl Resolve for PolicyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, found) = (self.policy.clone(), self.names.look_up(name.as_str()));
        Box::pin(async move {
            let found = found.await?;
            let mut allowed = Vec::with_capacity(found.len());
            let mut refused = None;
            for address in found {
                match policy.check_address(address) {
                    // Port 0 stands for the URL's own port.
                    Ok(()) => allowed.push(SocketAddr::new(address, 0)),
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
