//! Who may act as the operator, decided in the transaction of the act.

use countersign_domain::admin_key::{AdminKey, AdminKeyStatus, Capability};
use countersign_domain::id::AdminKeyId;
use countersign_store::queries::admin_keys;
use countersign_store::{ReadTx, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::audit::Actor;

/// Who asks for an act of the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The operator in person: at the command line or signed in. Whoever lets such a caller in has decided that it is the
    /// operator; it may do everything.
    Person(Actor),
    /// One of the operator's systems, by a key whose signature held.
    System(AdminKeyId),
}

impl Caller {
    /// The operator at the command line.
    pub const OPERATOR: Self = Self::Person(Actor::Operator);

    /// Who acts, for the audit chain.
    pub const fn actor(self) -> Actor {
        match self {
            Self::Person(actor) => actor,
            Self::System(key) => Actor::AdminKey(key),
        }
    }
}

/// Why a caller may not do what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Denied {
    /// The key was revoked.
    #[error("the admin key was revoked")]
    KeyRevoked,
    /// The key lacks the capability.
    #[error("the admin key lacks the capability {}", .0.name())]
    Lacks(Capability),
}

/// Why something was not shown.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The caller may not see it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nobody has this number.
    #[error("there is no such account")]
    UnknownAccount,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Decides whether `caller` may use `capability`; answers its key, where it has one.
pub(super) fn authorize<E: From<Denied> + From<StoreError>>(
    tx: &mut dyn ReadTx,
    caller: Caller,
    capability: Capability,
) -> Result<Option<AdminKey>, E> {
    let Caller::System(id) = caller else { return Ok(None) };
    // No key is ever deleted: one that is not there is as good as revoked.
    let key = admin_keys::get(tx, id)?.filter(|key| key.status == AdminKeyStatus::Active).ok_or(Denied::KeyRevoked)?;
    if key.capabilities.contains(capability) { Ok(Some(key)) } else { Err(Denied::Lacks(capability).into()) }
}
