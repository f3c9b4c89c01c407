//! Keys at hand: most calls need no look-up in the database.
//!
//! What is cached may be out of date by [`KNOWN_LIFETIME`]. That is safe: every use case reads the key's standing again in
//! its own transaction, so a revoked key does nothing from the moment its revocation is answered.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

/// How long a known key is believed without asking again.
const KNOWN_LIFETIME: Duration = Duration::from_secs(1);
/// How long an unknown one stays unknown: short, for it may be made the next moment.
const UNKNOWN_LIFETIME: Duration = Duration::from_millis(250);
/// The most keys at hand.
const KNOWN_MAX: u64 = 16_384;
/// The most unknown texts at hand; apart from the known keys, so that guessing does not push those out.
const UNKNOWN_MAX: u64 = 4_096;

/// Recently used keys of one kind, and texts that were none.
pub(crate) struct KeyCache<K> {
    known: Cache<String, Arc<K>>,
    unknown: Cache<String, ()>,
}

impl<K: Send + Sync + 'static> KeyCache<K> {
    /// An empty cache.
    pub(crate) fn new() -> Self {
        let known = Cache::builder().max_capacity(KNOWN_MAX).time_to_live(KNOWN_LIFETIME).build();
        let unknown = Cache::builder().max_capacity(UNKNOWN_MAX).time_to_live(UNKNOWN_LIFETIME).build();
        Self { known, unknown }
    }

    /// The key whose text this is, revoked ones included; `look_up` asks the database where it must be asked.
    pub(crate) async fn find<E, F: Future<Output = Result<Option<K>, E>>>(
        &self,
        text: &str,
        look_up: impl FnOnce(String) -> F,
    ) -> Result<Option<Arc<K>>, E> {
        if let Some(key) = self.known.get(text) {
            return Ok(Some(key));
        }
        if self.unknown.contains_key(text) {
            return Ok(None);
        }
        let Some(key) = look_up(text.to_owned()).await?.map(Arc::new) else {
            self.unknown.insert(text.to_owned(), ());
            return Ok(None);
        };
        self.known.insert(text.to_owned(), Arc::clone(&key));
        Ok(Some(key))
    }
}
