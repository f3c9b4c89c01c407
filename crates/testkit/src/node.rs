//! Another process on the data of a test.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_service::{Clock, Clocks, Failpoint, Platform, Rates};

use crate::app::{TestApp, compose};
use crate::clock::ManualClock;
use crate::rates::rate_table;

/// A node: ids, randomness and clocks of its own over the data of a [`TestApp`], and on PostgreSQL a store of its own. A
/// SQLite file has one server, so there it shares the app's store.
///
/// Ends before the app does: the app's database goes with the app.
pub struct Node {
    platform: Arc<Platform>,
    wall: Arc<ManualClock>,
    business: Arc<ManualClock>,
}

impl TestApp {
    /// Another node, whose clocks begin where the app's stand. Nodes of one test differ in `seed`.
    pub fn node(&self, seed: u64) -> Node {
        self.node_with(seed, |platform| platform)
    }

    /// The same, with a failpoint around its writes.
    pub fn node_failing_at(&self, seed: u64, failpoint: Failpoint) -> Node {
        self.node_with(seed, |platform| platform.failing_at(failpoint))
    }

    fn node_with(&self, seed: u64, change: impl FnOnce(Platform) -> Platform) -> Node {
        let wall = Arc::new(ManualClock::at(self.world().wall_now()));
        let business = Arc::new(ManualClock::at(self.now()));
        let store = self.database().open_beside(wall.now()).unwrap_or_else(|| self.platform().store.clone());
        let clocks = Clocks { wall: wall.clone(), business: business.clone() };
        let platform = Arc::new(change(compose(store, clocks, seed, Rates::fixed(rate_table()))));
        Node { platform, wall, business }
    }
}

impl Node {
    /// What its use cases lean on.
    pub const fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }

    /// Its business time.
    pub fn now(&self) -> Timestamp {
        self.business.now()
    }

    /// Its wall time.
    pub fn wall_now(&self) -> Timestamp {
        self.wall.now()
    }

    /// Moves both its clocks.
    pub fn advance_ms(&self, ms: i64) {
        self.wall.advance_ms(ms);
        self.business.advance_ms(ms);
    }

    /// Moves its wall clock, by which leases end, and leaves business time where it is.
    pub fn advance_wall_ms(&self, ms: i64) {
        self.wall.advance_ms(ms);
    }
}
