//! What a database knows of the installation that it belongs to: its mood, its master key, its webhook key.
//!
//! `serve` and the sandbox never open each other's database, and a database whose secrets cannot be opened with the
//! master key at hand is refused at the start and not at the first call.

use countersign_crypto::{
    Entropy, MasterKeyRing, WebhookKeyError, WebhookKeySize, WebhookSigningKey, random_bytes, to_hex,
};
use countersign_store::queries::meta;
use countersign_store::{CommandId, ReadTx, Store, StoreError, WriteTx};
use secrecy::ExposeSecret;
use thiserror::Error;

use crate::platform::{Collides, Platform};

/// In which mood the program runs (design §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Real money of an operator's network.
    Serve,
    /// Play.
    Sandbox,
}

impl Mood {
    const fn name(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Sandbox => "sandbox",
        }
    }
}

/// Why an installation cannot be used: one line that says what to do.
#[derive(Debug, Error)]
pub enum InstallationError {
    /// The database belongs to the other mood.
    #[error("this database belongs to `countersign {0}`; give this program a database of its own")]
    OtherMood(String),
    /// The master key at hand is another than the one that sealed the secrets.
    #[error("the master key does not open this database's secrets; configure the key with which it was set up")]
    OtherMasterKey,
    /// The stored webhook key is damaged.
    #[error("the stored webhook key cannot be used: {0}")]
    WebhookKey(#[from] WebhookKeyError),
    /// The webhook key is the published one.
    #[error("this database signs webhooks with the published test key, which is for seeded sandboxes only")]
    PublishedWebhookKey,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for InstallationError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Where the webhook key of a new installation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewWebhookKey {
    /// Generated.
    Generate(WebhookKeySize),
    /// The published test key of a seeded sandbox.
    PublishedTest,
}

const MOOD: &str = "mood";
const CANARY: &str = "master_key_canary";
const WEBHOOK_KEY: &str = "webhook_key";

fn command(entropy: &dyn Entropy) -> CommandId {
    CommandId(random_bytes(entropy))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pairs =
        digits.chunks(2).map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
    digits.len().is_multiple_of(2).then(|| pairs.collect::<Option<Vec<u8>>>()).flatten()
}

/// Sets a value unless there is one, and answers what is there then.
fn settle(store: &Store, entropy: &dyn Entropy, name: &'static str, value: String) -> Result<String, StoreError> {
    store.write_blocking("meta_settle", command(entropy), move |tx| {
        meta::put_new(tx, name, &value)?;
        Ok::<_, StoreError>(meta::get(tx, name)?.expect("the value was just set"))
    })
}

/// Stores a secret among the facts of the installation, sealed.
pub fn put_sealed(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    name: &'static str,
    secret: &[u8],
) -> Result<(), InstallationError> {
    Ok(meta::put(tx, name, &to_hex(&platform.seal(name, secret)))?)
}

/// Opens what [`put_sealed`] stored.
pub fn get_sealed(
    tx: &mut dyn ReadTx,
    keys: &MasterKeyRing,
    name: &'static str,
) -> Result<Option<Vec<u8>>, InstallationError> {
    meta::get(tx, name)?.map(|text| open(keys, name, &text)).transpose()
}

fn open(keys: &MasterKeyRing, name: &str, text: &str) -> Result<Vec<u8>, InstallationError> {
    let opened = from_hex(text).and_then(|sealed| keys.open(name.as_bytes(), &sealed).ok());
    Ok(opened.ok_or(InstallationError::OtherMasterKey)?.expose_secret().to_vec())
}

/// Claims the database for `mood`, or finds that it is the other's.
pub fn claim(store: &Store, mood: Mood, entropy: &dyn Entropy) -> Result<(), InstallationError> {
    let found = settle(store, entropy, MOOD, mood.name().to_owned())?;
    if found == mood.name() { Ok(()) } else { Err(InstallationError::OtherMood(found)) }
}

/// Proves that the master key at hand opens what this database holds; a new database remembers it.
pub fn prove_master_key(store: &Store, keys: &MasterKeyRing, entropy: &dyn Entropy) -> Result<(), InstallationError> {
    let fresh = to_hex(&keys.seal(CANARY.as_bytes(), b"countersign", random_bytes(entropy)));
    let kept = settle(store, entropy, CANARY, fresh)?;
    open(keys, CANARY, &kept).map(|_| ())
}

/// Whether the ring at hand opens what this database remembers of its master key.
pub fn master_key_opens(tx: &mut dyn ReadTx, keys: &MasterKeyRing) -> Result<bool, StoreError> {
    Ok(meta::get(tx, CANARY)?.is_some_and(|kept| open(keys, CANARY, &kept).is_ok()))
}

/// The key that signs webhooks. A new installation gets one; an old one keeps its own, for clients cache the certificate
/// for up to a year (`decisions.md` row 47).
pub fn webhook_key(
    store: &Store,
    keys: &MasterKeyRing,
    new: NewWebhookKey,
    entropy: &dyn Entropy,
) -> Result<WebhookSigningKey, InstallationError> {
    let stored = store.read_blocking("webhook_key_get", |tx| meta::get(tx, WEBHOOK_KEY))?;
    if let Some(text) = stored {
        return Ok(WebhookSigningKey::from_pkcs8(&open(keys, WEBHOOK_KEY, &text)?)?);
    }
    let key = match new {
        NewWebhookKey::Generate(size) => WebhookSigningKey::generate(size)?,
        NewWebhookKey::PublishedTest => WebhookSigningKey::published_test(),
    };
    let sealed = keys.seal(WEBHOOK_KEY.as_bytes(), key.to_pkcs8().expose_secret(), random_bytes(entropy));
    // Two nodes may start at once on one PostgreSQL: the first key stays, both sign with it.
    let kept = settle(store, entropy, WEBHOOK_KEY, to_hex(&sealed))?;
    Ok(WebhookSigningKey::from_pkcs8(&open(keys, WEBHOOK_KEY, &kept)?)?)
}

/// Refuses the published test key, for `serve`.
pub fn refuse_published(key: &WebhookSigningKey) -> Result<(), InstallationError> {
    if key.is_published_test() { Err(InstallationError::PublishedWebhookKey) } else { Ok(()) }
}
