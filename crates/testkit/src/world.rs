//! What the actors of one test share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use countersign_domain::Timestamp;
use countersign_service::{Clock, Platform};

use crate::clock::ManualClock;

/// The platform, the API in front of it, and the clocks.
pub struct World {
    platform: Arc<Platform>,
    router: Router,
    admin_router: Router,
    wall: Arc<ManualClock>,
    business: Arc<ManualClock>,
    always_200: bool,
    nonces: AtomicU64,
    names: AtomicU64,
}

impl World {
    pub(crate) fn new(
        platform: Arc<Platform>,
        (router, admin_router): (Router, Router),
        (wall, business): (Arc<ManualClock>, Arc<ManualClock>),
        always_200: bool,
    ) -> Self {
        Self {
            platform,
            router,
            admin_router,
            wall,
            business,
            always_200,
            nonces: AtomicU64::new(1),
            names: AtomicU64::new(1),
        }
    }

    /// The platform.
    pub const fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }

    /// The merchant API.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The admin API for the operator's systems.
    pub fn admin_router(&self) -> Router {
        self.admin_router.clone()
    }

    /// The wall clock.
    pub fn wall(&self) -> &ManualClock {
        &self.wall
    }

    /// The business clock.
    pub fn business(&self) -> &ManualClock {
        &self.business
    }

    /// Wall time.
    pub fn wall_now(&self) -> Timestamp {
        self.wall.now()
    }

    /// Business time.
    pub fn now(&self) -> Timestamp {
        self.business.now()
    }

    pub(crate) const fn always_200(&self) -> bool {
        self.always_200
    }

    /// 32 letters and digits that this world has not used.
    pub fn next_nonce(&self) -> String {
        format!("N{:031}", self.nonces.fetch_add(1, Ordering::Relaxed))
    }

    /// A number that this world has not used, for names that must differ.
    pub fn next_number(&self) -> u64 {
        self.names.fetch_add(1, Ordering::Relaxed)
    }
}
