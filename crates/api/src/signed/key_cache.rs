//! Keys at hand: most calls need no look-up in the database.
//!
//! What is cached may be out of date by [`KNOWN_LIFETIME`]. That is safe: every use case reads the key's standing again in
//! its own transaction, so a revoked key does nothing from the moment its revocation is answered.

use std::sync::Arc;
use std::time::Duration;

use countersign_service::Platform;
use countersign_service::api_keys::{self, KeyError, VerifyingKey};
use moka::sync::Cache;

/// How long a known key is believed without asking again.
const KNOWN_LIFETIME: Duration = Duration::from_secs(1);
/// How long an unknown one stays unknown: short, for it may be made the next moment.
const UNKNOWN_LIFETIME: Duration = Duration::from_millis(250);
/// The most keys at hand.
const KNOWN_MAX: u64 = 16_384;
/// The most unknown texts at hand; apart from the known keys, so that guessing does not push those out.
const UNKNOWN_MAX: u64 = 4_096;

/// Recently used keys, and texts that were none.
pub(crate) struct KeyCache {
    known: Cache<String, Arc<VerifyingKey>>,
    unknown: Cache<String, ()>,
}

impl KeyCache {
    /// An empty cache.
    pub(crate) fn new() -> Self {
        let known = Cache::builder().max_capacity(KNOWN_MAX).time_to_live(KNOWN_LIFETIME).build();
        let unknown = Cache::builder().max_capacity(UNKNOWN_MAX).time_to_live(UNKNOWN_LIFETIME).build();
        Self { known, unknown }
    }

    /// The key whose text this is, revoked ones included.
    pub(crate) async fn find(
        &self,
        platform: &Arc<Platform>,
        text: &str,
    ) -> Result<Option<Arc<VerifyingKey>>, KeyError> {
        if let Some(key) = self.known.get(text) {
            return Ok(Some(key));
        }
        if self.unknown.contains_key(text) {
            return Ok(None);
        }
        let wanted = text.to_owned();
        let found = platform.read("api_key_find", move |tx, platform| api_keys::find(tx, platform, &wanted)).await?;
        let Some(key) = found.map(Arc::new) else {
            self.unknown.insert(text.to_owned(), ());
            return Ok(None);
        };
        self.known.insert(text.to_owned(), Arc::clone(&key));
        Ok(Some(key))
    }
}
