//! The master keys in use: one active, older ones kept until nothing is sealed under them any more.
//!
//! Rotation: the operator puts a new key first and keeps the old one behind it; a job opens and seals again whatever
//! [`MasterKeyRing::needs_resealing`]; then the old key can go.

use thiserror::Error;

use crate::master_key::{DerivedKeys, MasterKey, MasterKeyId};

/// The most keys a ring holds, the active one included.
pub const MASTER_KEYS_MAX: usize = 8;

/// Why keys do not make a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MasterKeyRingError {
    /// More than [`MASTER_KEYS_MAX`].
    #[error("{count} master keys are given; at most {MASTER_KEYS_MAX} can be")]
    TooMany {
        /// Keys given, the active one included.
        count: usize,
    },
    /// The same key twice.
    #[error("the master key {id} is given twice")]
    Twice {
        /// The key's id.
        id: MasterKeyId,
    },
}

/// Seals, opens and looks up under the active key, and opens under the older ones.
pub struct MasterKeyRing {
    active: DerivedKeys,
    older: Vec<DerivedKeys>,
}

impl MasterKeyRing {
    /// A ring of the `active` key and `older` ones, newest first. It keeps derived keys only.
    pub fn new(active: &MasterKey, older: &[MasterKey]) -> Result<Self, MasterKeyRingError> {
        let count = older.len() + 1;
        if count > MASTER_KEYS_MAX {
            return Err(MasterKeyRingError::TooMany { count });
        }
        let mut ring = Self { active: active.derive(), older: Vec::with_capacity(older.len()) };
        for key in older {
            let keys = key.derive();
            if ring.find(keys.id).is_some() {
                return Err(MasterKeyRingError::Twice { id: keys.id });
            }
            ring.older.push(keys);
        }
        Ok(ring)
    }

    /// The id of the key that everything new is sealed under.
    pub fn active_id(&self) -> MasterKeyId {
        self.active.id
    }

    pub(crate) fn active(&self) -> &DerivedKeys {
        &self.active
    }

    /// All keys, the active one first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &DerivedKeys> {
        std::iter::once(&self.active).chain(&self.older)
    }

    pub(crate) fn find(&self, id: MasterKeyId) -> Option<&DerivedKeys> {
        self.keys().find(|keys| keys.id == id)
    }
}
