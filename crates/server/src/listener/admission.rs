//! Who gets a connection: so many in all, and so many for each peer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_domain::AddressList;
use countersign_domain::client_address::{is_trusted, network};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;

/// The places of a listener; clones share them.
#[derive(Clone)]
pub(super) struct Admission {
    places: Arc<Semaphore>,
    peers: Option<Arc<Peers>>,
}

/// The places of each peer. Whoever has none is not in the map, so that it never holds more than there are places in all.
struct Peers {
    each_max: NonZeroUsize,
    uncapped: AddressList,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// A place; given back when it goes.
pub(super) struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_peer: Option<OfPeer>,
}

struct OfPeer {
    peers: Arc<Peers>,
    network: IpAddr,
}

impl Admission {
    pub(super) fn new(limits: &Limits) -> Self {
        let peers = limits.connections_per_peer_max.map(|each_max| {
            Arc::new(Peers { each_max, uncapped: limits.uncapped_peers.clone(), taken: Mutex::default() })
        });
        Self { places: Arc::new(Semaphore::new(limits.connections_max)), peers }
    }

    /// A place for a connection of this peer; `None` where it has as many as it may, or all have.
    pub(super) fn enter(&self, peer: IpAddr) -> Option<Place> {
        let of_all = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let peers = self.peers.as_ref().filter(|peers| !is_trusted(&peers.uncapped, peer.to_canonical()));
        let of_peer = match peers {
            None => None,
            Some(peers) => Some(Peers::enter(peers, network(peer))?),
        };
        Some(Place { _of_all: of_all, _of_peer: of_peer })
    }
}

impl Peers {
    fn enter(peers: &Arc<Self>, network: IpAddr) -> Option<OfPeer> {
        let mut taken = peers.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= peers.each_max.get() {
            return None;
        }
        *count += 1;
        Some(OfPeer { peers: Arc::clone(peers), network })
    }
}

impl Drop for OfPeer {
    fn drop(&mut self) {
        let mut taken = self.peers.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = taken.entry(self.network) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn admission(all: usize, each: usize, uncapped: &[&str]) -> Admission {
        Admission::new(&Limits {
            connections_max: all,
            connections_per_peer_max: NonZeroUsize::new(each),
            uncapped_peers: AddressList::parse(uncapped.iter().copied()).expect("a list"),
            header_timeout: Duration::ZERO,
            answer_timeout: Duration::ZERO,
            drain_timeout: Duration::ZERO,
        })
    }

    fn enter(admission: &Admission, peer: &str) -> Option<Place> {
        admission.enter(peer.parse().expect("an address"))
    }

    #[test]
    fn a_peer_has_its_places_and_gives_them_back() {
        let admission = admission(10, 2, &[]);
        let kept: Vec<_> = (0..2).map(|_| enter(&admission, "203.0.113.7").expect("a place")).collect();
        assert!(enter(&admission, "203.0.113.7").is_none() && enter(&admission, "::ffff:203.0.113.7").is_none());
        let others =
            (enter(&admission, "203.0.113.8"), enter(&admission, "2001:db8::1"), enter(&admission, "2001:db8::2"));
        assert!(others.0.is_some() && others.1.is_some() && others.2.is_some());
        assert!(enter(&admission, "2001:db8::3").is_none(), "one network of IPv6 is one peer");
        drop((kept, others));
        assert!(enter(&admission, "203.0.113.7").is_some());
        assert_eq!(admission.places.available_permits(), 10, "what was refused took no place");
        let peers = admission.peers.as_ref().expect("there is a cap");
        assert!(peers.taken.lock().expect("not poisoned").is_empty(), "nobody is remembered");
    }

    #[test]
    fn who_brings_others_is_bound_by_the_whole_alone() {
        let admission = admission(3, 1, &["10.0.0.0/8"]);
        let kept: Vec<_> = (0..3).filter_map(|_| enter(&admission, "10.1.2.3")).collect();
        assert_eq!(kept.len(), 3);
        assert!(enter(&admission, "10.1.2.3").is_none() && enter(&admission, "203.0.113.7").is_none());
    }
}
