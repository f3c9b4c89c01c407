//! Two clocks (design §8): wall time for what happens between machines and people, business time for what falls due.

use std::sync::Arc;

use countersign_domain::Timestamp;

/// A source of instants. The only ones that read the machine's clock stand in the server.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Both clocks.
#[derive(Clone)]
pub struct Clocks {
    /// Request window, signatures, sessions, lockouts, rate limits, logs.
    pub wall: Arc<dyn Clock>,
    /// Everything that expires, falls due or is recorded as having happened.
    pub business: Arc<dyn Clock>,
}
