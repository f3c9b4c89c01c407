//! How often one network address may do what anybody may do: a window of an hour, per node and in memory. What is counted is
//! no safety of itself; it keeps one visitor from filling other people's mailboxes.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::client_address::network;
use countersign_domain::time::HOUR_MS;
use moka::sync::Cache;

/// The most addresses that are remembered; one that was forgotten begins anew.
const ADDRESSES_MAX: u64 = 65_536;

/// The counts of all addresses.
pub(crate) struct Attempts {
    per_hour: u32,
    windows: Cache<IpAddr, Arc<Mutex<Window>>>,
}

struct Window {
    begun_at: Timestamp,
    taken: u32,
}

impl Attempts {
    /// So many attempts per hour for each address.
    pub(crate) fn per_hour(per_hour: u32) -> Self {
        let idle = Duration::from_millis(u64::try_from(HOUR_MS).expect("an hour is positive"));
        Self { per_hour, windows: Cache::builder().max_capacity(ADDRESSES_MAX).time_to_idle(idle).build() }
    }

    /// Takes one attempt of an address, if it has one left. Callers without an address share one window.
    pub(crate) fn take(&self, address: Option<IpAddr>, wall_now: Timestamp) -> bool {
        let key = network(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
        let fresh = || Arc::new(Mutex::new(Window { begun_at: wall_now, taken: 0 }));
        let window = self.windows.get_with(key, fresh);
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        if wall_now.ms_since(window.begun_at) >= HOUR_MS {
            *window = Window { begun_at: wall_now, taken: 0 };
        }
        let has_one = window.taken < self.per_hour;
        window.taken += u32::from(has_one);
        has_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_in_an_hour() {
        let attempts = Attempts::per_hour(2);
        let taken =
            |address: &str, ms| attempts.take(Some(address.parse().expect("an address")), Timestamp::from_ms(ms));
        assert!(taken("203.0.113.7", 0) && taken("203.0.113.7", 1) && !taken("::ffff:203.0.113.7", HOUR_MS - 1));
        assert!(taken("203.0.113.8", 1), "each has its own");
        assert!(taken("203.0.113.7", HOUR_MS), "the next hour");
        assert!(taken("2001:db8::1", 0) && taken("2001:db8::2", 0) && !taken("2001:db8:0:0:ffff::", 0), "one network");
        assert!(taken("2001:db8:0:1::1", 0), "another network");
        let nowhere = |ms| attempts.take(None, Timestamp::from_ms(ms));
        assert!(nowhere(0) && nowhere(0) && !nowhere(0));
    }
}
