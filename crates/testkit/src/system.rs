//! One of the operator's own systems.

use std::sync::Arc;

use countersign_domain::AddressList;
use countersign_domain::admin_key::{ADMIN_KEY_PREFIX, Capability, PostingLimits};
use countersign_domain::id::AdminKeyId;
use countersign_service::admin_keys::{self, AdminKeyError, NewAdminKey};
use countersign_service::api_keys::KeyPair;
use countersign_service::audit::Actor;
use http::Method;
use secrecy::SecretString;
use serde_json::Value;

use crate::system_call::SystemCall;
use crate::world::World;

/// What a system may do.
#[derive(Debug, Clone)]
pub struct SystemRights {
    /// Its capabilities.
    pub capabilities: Vec<Capability>,
    /// From where it may call.
    pub addresses: AddressList,
    /// How much it may post, as the command line takes it.
    pub limits: Vec<&'static str>,
}

impl SystemRights {
    /// These capabilities from anywhere, without limits.
    pub fn of(capabilities: &[Capability]) -> Self {
        Self { capabilities: capabilities.to_vec(), addresses: AddressList::any(), limits: Vec::new() }
    }

    /// Every capability from anywhere, without limits.
    pub fn all() -> Self {
        Self::of(&Capability::ALL)
    }

    /// The same within these limits.
    #[must_use]
    pub fn within(self, limits: &[&'static str]) -> Self {
        Self { limits: limits.to_vec(), ..self }
    }

    /// The same from this address only.
    #[must_use]
    pub fn from_address(self, address: &str) -> Self {
        Self { addresses: crate::app::only_from(address), ..self }
    }
}

/// One of the operator's systems with its admin key.
#[derive(Clone)]
pub struct System {
    pub(crate) world: Arc<World>,
    /// The record of its key.
    pub key_id: AdminKeyId,
    pub(crate) key: String,
    pub(crate) secret: SecretString,
}

impl System {
    pub(crate) async fn enrol(world: &Arc<World>, rights: SystemRights) -> Self {
        let pair = KeyPair::draw(world.platform(), ADMIN_KEY_PREFIX);
        let new = NewAdminKey {
            name: "a test's system".to_owned(),
            capabilities: rights.capabilities.into_iter().collect(),
            addresses: rights.addresses,
            limits: PostingLimits::parse(rights.limits).expect("the test gives limits"),
            pair: pair.clone(),
        };
        let now = world.now();
        let made: Result<AdminKeyId, AdminKeyError> = world
            .platform()
            .write("admin_key_create", move |tx, platform| {
                admin_keys::create(tx, platform, &new, (Actor::Operator, now))
            })
            .await;
        let key_id = made.expect("a test's admin key is made");
        Self { world: Arc::clone(world), key_id, key: pair.key, secret: pair.secret }
    }

    /// Revokes its key.
    pub async fn revoke(&self) {
        let (id, now) = (self.key_id, self.world.now());
        let revoked: Result<(), AdminKeyError> = self
            .world
            .platform()
            .write("admin_key_revoke", move |tx, _| admin_keys::revoke(tx, id, (Actor::Operator, now)))
            .await;
        revoked.expect("the key was in use");
    }

    /// A signed POST of `body`.
    pub fn post(&self, path: &str, body: &Value) -> SystemCall {
        self.call(Method::POST, path, body.to_string())
    }

    /// A signed call with any method and body.
    pub fn call(&self, method: Method, path: &str, body: impl Into<Vec<u8>>) -> SystemCall {
        SystemCall::new(self.clone(), (method, path.to_owned(), body.into()))
    }
}
