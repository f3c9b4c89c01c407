//! The audit chain: consents, keys and acts of the operator, each hashed together with what came before it.

use countersign_crypto::chain_hash;
use countersign_domain::Timestamp;
use countersign_domain::audit::AuditEntry;
use countersign_domain::id::{AdminKeyId, ApiKeyId, UserId};
use countersign_store::queries::audit;
use countersign_store::{StoreError, WriteTx};

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    User(UserId),
    /// A machine with a key.
    Key(ApiKeyId),
    /// One of the operator's systems, with its key.
    AdminKey(AdminKeyId),
    /// The operator, through the command line.
    Operator,
    /// The platform itself, because time passed or because somebody asked who has proved nothing.
    System,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::AdminKey(id) => write!(f, "admin_key:{id}"),
            Self::Operator => f.write_str("operator"),
            Self::System => f.write_str("system"),
        }
    }
}

/// Appends to the chain of `owner` in the transaction of the act. `detail` holds facts, never secrets.
pub fn record(
    tx: &mut dyn WriteTx,
    owner: i64,
    actor: Actor,
    (action, detail): (&str, &serde_json::Value),
    at: Timestamp,
) -> Result<(), StoreError> {
    let head = audit::lock_head(tx, owner)?;
    let (actor, detail) = (actor.to_string(), detail.to_string());
    let entry = AuditEntry { owner, sequence: head.sequence + 1, at, actor: &actor, action, detail: &detail };
    let hash = chain_hash(&head.hash, &entry.canonical());
    audit::append(tx, &head, &entry, &hash)
}
