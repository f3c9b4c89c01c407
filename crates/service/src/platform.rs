//! What every use case may lean on: the store, the clocks, randomness, keys and links.

use std::pin::Pin;
use std::sync::Arc;

use countersign_crypto::{Entropy, MasterKeyRing, WebhookSigningKey, alphanumeric, hex_token, random_bytes, to_hex};
use countersign_domain::Timestamp;
use countersign_domain::id::{ID_EPOCH_MS, MerchantId, PayerId};
use countersign_domain::rates::RateTable;
use countersign_store::{CommandId, Engine, ReadTx, Store, StoreError, WriteTx};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clocks;
use crate::ids::IdSource;
use crate::links::Links;
use crate::rates::{RateError, Rates};

/// How often a use case is run again because a number that it drew was taken.
const COLLISIONS_MAX: u32 = 8;

/// What a [`Platform`] is made of.
pub struct PlatformParts {
    /// The database.
    pub store: Store,
    /// Seals secrets and hashes tokens.
    pub keys: MasterKeyRing,
    /// Signs webhooks.
    pub webhook_key: WebhookSigningKey,
    /// Both clocks.
    pub clocks: Clocks,
    /// Ids, tokens and keys; seeded in a reproducible sandbox.
    pub entropy: Arc<dyn Entropy>,
    /// Nonces of sealed secrets: always the operating system's, for a repeated nonce would break the seal.
    pub sealing_entropy: Arc<dyn Entropy>,
    /// The addresses of our pages.
    pub links: Links,
    /// What things are worth.
    pub rates: Rates,
}

/// On which side of a write's transaction something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WriteSide {
    /// Nothing of it is written yet.
    Before,
    /// It is committed, or refused, and whoever asked for it has not learnt so.
    After,
}

/// Awaited around every write of a platform, by the write's name: where a test ends a node in the middle of its work. One that
/// never answers is a process that died there.
pub type Failpoint = Arc<dyn Fn(&'static str, WriteSide) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Shared by every listener and job of one process.
pub struct Platform {
    /// The database.
    pub store: Store,
    /// Seals secrets and hashes tokens.
    pub keys: MasterKeyRing,
    /// Signs webhooks.
    pub webhook_key: WebhookSigningKey,
    /// Both clocks.
    pub clocks: Clocks,
    /// Numeric ids.
    pub ids: IdSource,
    /// The addresses of our pages.
    pub links: Links,
    /// What things are worth; asked through [`Self::rates_now`].
    pub rates: Rates,
    entropy: Arc<dyn Entropy>,
    sealing_entropy: Arc<dyn Entropy>,
    failpoint: Option<Failpoint>,
}

/// An error that may mean: a number that was drawn is taken, draw again.
pub trait Collides {
    /// Whether running the use case again with fresh numbers may succeed.
    fn is_collision(&self) -> bool;
}

/// For use cases that fail with the database alone.
impl Collides for StoreError {
    fn is_collision(&self) -> bool {
        false
    }
}

impl Platform {
    /// Puts the parts together.
    pub fn new(parts: PlatformParts) -> Self {
        let PlatformParts { store, keys, webhook_key, clocks, entropy, sealing_entropy, links, rates } = parts;
        Self {
            store,
            keys,
            webhook_key,
            clocks,
            ids: IdSource::new(Arc::clone(&entropy)),
            links,
            rates,
            entropy,
            sealing_entropy,
            failpoint: None,
        }
    }

    /// The same with a failpoint. For tests alone: no process that serves has one.
    #[must_use]
    pub fn failing_at(self, failpoint: Failpoint) -> Self {
        Self { failpoint: Some(failpoint), ..self }
    }

    async fn pass(&self, name: &'static str, side: WriteSide) {
        if let Some(failpoint) = &self.failpoint {
            failpoint(name, side).await;
        }
    }

    /// Business time.
    pub fn business_now(&self) -> Timestamp {
        self.clocks.business.now()
    }

    /// Wall time.
    pub fn wall_now(&self) -> Timestamp {
        self.clocks.wall.now()
    }

    /// The prices to convert and to value by, unless there are none or they are too old. Their age is judged by wall time,
    /// for that is what their sources know; so a use case asks once and hands the table on.
    pub fn rates_now(&self) -> Result<Arc<RateTable>, RateError> {
        self.rates.table(self.wall_now())
    }

    /// The randomness of ids, tokens and keys.
    pub fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// A fresh command id: time-ordered, so that its index grows at one end. SQLite stores none
    /// (`docs/decisions/0001-command-answers-on-postgresql.md`), so none is drawn there.
    pub fn command_id(&self) -> CommandId {
        if self.store.engine() == Engine::Sqlite {
            return CommandId([0; 16]);
        }
        let ms = u64::try_from(self.wall_now().ms()).unwrap_or(0);
        // Command ids are never shown, so they need not come from the reproducible stream.
        let random = random_bytes::<10>(self.sealing_entropy.as_ref());
        CommandId(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid().into_bytes())
    }

    /// Runs a use case in a write transaction and answers once its effect is on disk. Where a drawn number is taken the use
    /// case is run again, a bounded number of times.
    pub async fn write<T, E, F>(self: &Arc<Self>, name: &'static str, use_case: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn WriteTx, &Self) -> Result<T, E> + Clone + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        E: From<StoreError> + Collides + Send + 'static,
    {
        let mut tries = 0;
        loop {
            let (platform, mut use_case) = (Arc::clone(self), use_case.clone());
            self.pass(name, WriteSide::Before).await;
            let outcome = self.store.write(name, self.command_id(), move |tx| use_case(tx, &platform)).await;
            self.pass(name, WriteSide::After).await;
            tries += 1;
            match outcome {
                Err(error) if error.is_collision() && tries < COLLISIONS_MAX => {}
                outcome => return outcome,
            }
        }
    }

    /// Runs a use case on a consistent snapshot.
    pub async fn read<T, E, F>(self: &Arc<Self>, name: &'static str, mut use_case: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn ReadTx, &Self) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let platform = Arc::clone(self);
        self.store.read(name, move |tx| use_case(tx, &platform)).await
    }

    /// Seals a secret for `purpose`, which must be given again to open it.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> Vec<u8> {
        self.keys.seal(purpose.as_bytes(), secret, random_bytes::<12>(self.sealing_entropy.as_ref()))
    }

    /// A fresh 256-bit secret for a cookie or a one-time link, as 64 hexadecimal digits.
    pub fn draw_secret(&self) -> String {
        hex_token(self.entropy(), 32)
    }

    /// A fresh 128-bit token as the wire shows it: 32 hexadecimal digits.
    pub fn draw_token(&self) -> String {
        hex_token(self.entropy(), 16)
    }

    /// A fresh token like [`Self::draw_token`]'s, except that it begins with the instant: 88 of its 128 bits are random. Tokens
    /// of one moment stand side by side in their index, so that a commit of many orders writes few of its pages.
    pub fn draw_ordered_token(&self, now: Timestamp) -> String {
        let elapsed = now.ms().saturating_sub(ID_EPOCH_MS).clamp(0, (1 << 40) - 1).to_be_bytes();
        let mut token = [0; 16];
        token[..5].copy_from_slice(&elapsed[3..]);
        self.entropy().fill(&mut token[5..]);
        format!("{:032x}", u128::from_be_bytes(token))
    }

    /// A fresh nonce as the wire shows it: 32 letters and digits.
    pub fn draw_nonce(&self) -> String {
        alphanumeric(self.sealing_entropy.as_ref(), countersign_crypto::Alphabet::MixedCase, 32)
    }

    /// The merchant's own id where it is the one that pays, which is in refunds (`money.md` §3.1): 32 hexadecimal digits.
    pub fn merchant_open_id(&self, merchant: MerchantId) -> String {
        let hash = self.keys.lookup_hash(b"merchant_open_id", &merchant.to_string());
        to_hex(&hash[..16])
    }

    /// The payer's id as this merchant sees it: 32 hexadecimal digits that tell nothing to another merchant.
    pub fn open_user_id(&self, merchant: MerchantId, payer: PayerId) -> String {
        let hash = self.keys.lookup_hash(b"open_user_id", &format!("{merchant}:{payer}"));
        to_hex(&hash[..16])
    }
}
