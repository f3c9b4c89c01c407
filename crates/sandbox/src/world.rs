//! The actors of a sandbox: enrolled once, and shown again at every start, secrets included.
//!
//! An actor's secrets are stored sealed like everybody's; the world keeps its own sealed copy so that the ready line of a
//! restarted sandbox still works. All of it is made in one transaction: a first start that is stopped half-way leaves
//! nothing behind, and the next one is a first start again.

mod enrolment;
mod identity;

use std::sync::Arc;

use countersign_crypto::PasswordHashError;
use countersign_domain::external_posting::{ExternalReference, PostingKind, PostingTerms};
use countersign_domain::id::{MerchantId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::money::MoneyError;
use countersign_domain::payer_identity::PayerIdentity;
use countersign_domain::{Amount, Currency, Timestamp};
use countersign_service::accounts::AccountError;
use countersign_service::api_keys::KeyError;
use countersign_service::installation::{self, InstallationError};
use countersign_service::operator::{self, Caller, NewPosting, PostError, PostRefused};
use countersign_service::payer_identities::IdentityError;
use countersign_service::platform::{Collides, Platform};
use countersign_store::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use enrolment::{MerchantDraft, MerchantRole, PersonDraft};

/// The beginning of every API key of a sandbox (design §8).
pub const KEY_PREFIX: &str = "csbx";
const WORLD: &str = "sandbox_world";

/// The kinds of actors that can be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A technical service provider with all ten scopes and no fee share.
    Provider,
    /// A plain merchant.
    Merchant,
    /// A channel partner.
    Partner,
    /// A payer.
    Payer,
}

/// A merchant of any kind with all that is needed to play it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MerchantActor {
    /// Its number.
    pub merchant_id: String,
    /// Its name.
    pub name: String,
    /// Its API key.
    pub api_key: String,
    /// Its secret.
    pub api_secret: String,
    /// Where it signs in.
    pub email: String,
    /// With what.
    pub password: String,
}

/// A payer.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayerActor {
    /// Its number.
    pub binance_id: String,
    /// Its name.
    pub name: String,
    /// Where it signs in.
    pub email: String,
    /// With what.
    pub password: String,
}

/// The operator.
#[derive(Clone, Serialize, Deserialize)]
pub struct OperatorActor {
    /// Where it signs in.
    pub email: String,
    /// With what.
    pub password: String,
}

/// Either shape of an actor, as the control API answers it.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub enum Actor {
    /// Somebody who is paid.
    Merchant(MerchantActor),
    /// Somebody who pays.
    Payer(PayerActor),
}

/// The actors of `contract.md` §2.
#[derive(Clone, Serialize, Deserialize)]
pub struct World {
    /// Asks for authority.
    pub provider: MerchantActor,
    /// Countersigns.
    pub merchant: MerchantActor,
    /// Enrols sub-merchants.
    pub partner: MerchantActor,
    /// Pays.
    pub payer: PayerActor,
    /// Runs the platform.
    pub operator: OperatorActor,
}

/// Why an actor or the world could not be made.
#[derive(Debug, Error)]
pub enum WorldError {
    /// Enrolment was refused.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The key was refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The money was refused.
    #[error(transparent)]
    Deposit(#[from] PostError),
    /// A payer's identity was refused.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordHashError),
    /// The stored world cannot be read.
    #[error(transparent)]
    Installation(#[from] InstallationError),
    /// The stored world is of another version.
    #[error("the stored world cannot be read: {0}")]
    Format(#[from] serde_json::Error),
    /// An amount of ours is malformed.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl From<PostRefused> for WorldError {
    fn from(refused: PostRefused) -> Self {
        Self::Deposit(refused.into())
    }
}

impl From<StoreError> for WorldError {
    fn from(error: StoreError) -> Self {
        Self::Installation(error.into())
    }
}

impl Collides for WorldError {
    fn is_collision(&self) -> bool {
        match self {
            Self::Account(error) => error.is_collision(),
            Self::Key(error) => error.is_collision(),
            Self::Deposit(error) => error.is_collision(),
            Self::Identity(error) => error.is_collision(),
            Self::Password(_) | Self::Installation(_) | Self::Format(_) | Self::Money(_) => false,
        }
    }
}

/// The world of this database, made at the first start.
pub async fn ensure(platform: &Arc<Platform>) -> Result<World, WorldError> {
    if let Some(world) = stored(platform).await? {
        return Ok(world);
    }
    let drafts = Drafts::draw(platform)?;
    match make(platform, &drafts).await? {
        Some(ids) => Ok(drafts.world(&ids)),
        // Another process on the same PostgreSQL was faster.
        None => Ok(stored(platform).await?.expect("the world was there a moment ago, and none is ever removed")),
    }
}

async fn stored(platform: &Arc<Platform>) -> Result<Option<World>, WorldError> {
    let stored =
        platform.read("sandbox_world_get", |tx, platform| installation::get_sealed(tx, &platform.keys, WORLD)).await?;
    Ok(stored.as_deref().map(serde_json::from_slice).transpose()?)
}

/// Everything of the world that is known before anything is written.
#[derive(Clone)]
struct Drafts {
    provider: MerchantDraft,
    merchant: MerchantDraft,
    partner: MerchantDraft,
    payer: PersonDraft,
    operator: PersonDraft,
}

/// What only the database can tell. It is the answer of the write that makes the world, so it holds no secret.
#[derive(Debug, Serialize, Deserialize)]
struct Ids {
    provider: MerchantId,
    merchant: MerchantId,
    partner: MerchantId,
    payer: PayerId,
}

impl Drafts {
    fn draw(platform: &Platform) -> Result<Self, WorldError> {
        let merchant = |role, name, email: &str| MerchantDraft::draw(platform, role, name, Some(email));
        Ok(Self {
            provider: merchant(MerchantRole::Provider, "Acme Checkout", "provider@sandbox.example")?,
            merchant: merchant(MerchantRole::Plain, "Blue Door Books", "merchant@sandbox.example")?,
            partner: merchant(MerchantRole::Partner, "Harbour Partners", "partner@sandbox.example")?,
            payer: PersonDraft::draw(platform, "Robin Reader", Some("payer@sandbox.example"))?
                .identified(identity::robin_reader()),
            operator: PersonDraft::draw(platform, "Operator", Some("operator@sandbox.example"))?,
        })
    }

    fn world(&self, ids: &Ids) -> World {
        World {
            provider: self.provider.actor(ids.provider),
            merchant: self.merchant.actor(ids.merchant),
            partner: self.partner.actor(ids.partner),
            payer: self.payer.payer(ids.payer),
            operator: self.operator.operator(),
        }
    }
}

/// Makes the world, all or nothing; `None` where there is one already.
async fn make(platform: &Arc<Platform>, drafts: &Drafts) -> Result<Option<Ids>, WorldError> {
    let (drafts, now) = (drafts.clone(), platform.business_now());
    platform.write("sandbox_world_make", move |tx, platform| make_in(tx, platform, &drafts, now)).await
}

fn make_in(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    drafts: &Drafts,
    now: Timestamp,
) -> Result<Option<Ids>, WorldError> {
    if installation::get_sealed(tx, &platform.keys, WORLD)?.is_some() {
        return Ok(None);
    }
    let ids = Ids {
        provider: drafts.provider.enrol(tx, platform, now)?,
        merchant: drafts.merchant.enrol(tx, platform, now)?,
        partner: drafts.partner.enrol(tx, platform, now)?,
        payer: drafts.payer.enrol_payer(tx, platform, now)?,
    };
    drafts.operator.enrol_operator(tx, platform, now)?;
    let mut credit = |owner, amount: &str, currency| {
        let new = deposit(platform, (owner, Wallet::Funding), Amount::parse(amount, currency)?);
        operator::post(tx, platform, Caller::OPERATOR, &new, now)??;
        Ok::<_, WorldError>(())
    };
    for merchant in [ids.provider, ids.merchant, ids.partner] {
        credit(Owner::Merchant(merchant), "1000", Currency::USDT)?;
    }
    for (amount, currency) in
        [("10000", Currency::USDT), ("10000", Currency::USDC), ("10", Currency::BNB), ("1", Currency::BTC)]
    {
        credit(Owner::Payer(ids.payer), amount, currency)?;
    }
    let json = serde_json::to_vec(&drafts.world(&ids))?;
    installation::put_sealed(tx, platform, WORLD, &json)?;
    Ok(Some(ids))
}

/// A deposit out of nothing, under a reference of its own.
fn deposit(platform: &Platform, (owner, wallet): (Owner, Wallet), amount: Amount) -> NewPosting {
    let reference = ExternalReference::new(format!("sandbox-{}", platform.draw_token()));
    let reference = reference.expect("hexadecimal digits behind a word are a reference");
    NewPosting { reference, terms: PostingTerms { kind: PostingKind::Deposit, owner, wallet, amount, note: None } }
}

/// Puts money into a wallet and answers what is then free there.
pub async fn credit(
    platform: &Arc<Platform>,
    owner: Owner,
    wallet: Wallet,
    amount: Amount,
) -> Result<Amount, PostError> {
    let (new, now) = (deposit(platform, (owner, wallet), amount), platform.business_now());
    let posted = platform
        .write("deposit_post", move |tx, platform| operator::post(tx, platform, Caller::OPERATOR, &new, now))
        .await??;
    Ok(posted.posting.available)
}

/// Enrols an actor of any kind, with empty wallets. Only of payers it is kept who they are.
pub async fn enrol(
    platform: &Arc<Platform>,
    (kind, name): (Kind, &str),
    identity: Option<PayerIdentity>,
) -> Result<Actor, WorldError> {
    let now = platform.business_now();
    let role = match kind {
        Kind::Provider => MerchantRole::Provider,
        Kind::Merchant => MerchantRole::Plain,
        Kind::Partner => MerchantRole::Partner,
        Kind::Payer => {
            let draft = PersonDraft::draw(platform, name, None)?;
            let draft = match identity {
                Some(identity) => draft.identified(identity),
                None => draft,
            };
            let written = draft.clone();
            let id = platform
                .write("sandbox_payer_create", move |tx, platform| written.enrol_payer(tx, platform, now))
                .await?;
            return Ok(Actor::Payer(draft.payer(id)));
        }
    };
    let draft = MerchantDraft::draw(platform, role, name, None)?;
    let written = draft.clone();
    let id = platform.write("sandbox_merchant_create", move |tx, platform| written.enrol(tx, platform, now)).await?;
    Ok(Actor::Merchant(draft.actor(id)))
}

#[cfg(test)]
mod tests {
    use countersign_store::Engine;
    use countersign_store::queries::users;
    use countersign_testkit::TestApp;

    use super::*;

    #[test]
    fn a_world_that_fails_at_its_end_leaves_nothing_and_can_be_made_again() {
        countersign_testkit::run(Engine::Sqlite, half_made);
    }

    async fn half_made(app: TestApp) {
        let platform = app.platform();
        let mut drafts = Drafts::draw(platform).expect("passwords can be hashed");
        drafts.operator = PersonDraft::draw(platform, "Operator", Some("provider@sandbox.example")).expect("as before");
        let failed = make(platform, &drafts).await.expect_err("two people cannot have one address");
        assert!(matches!(failed, WorldError::Account(AccountError::EmailTaken)), "{failed}");
        let left = platform.read("test", |tx, _| users::by_email(tx, "provider@sandbox.example")).await;
        assert!(left.is_ok_and(|person: Option<users::Account>| person.is_none()), "nobody of the half world is there");

        let world = ensure(platform).await.expect("the address is free");
        let again = ensure(platform).await.expect("the world is stored");
        let text = |world: &World| serde_json::to_string(world).expect("plain data");
        assert_eq!(text(&world), text(&again), "the same people with the same secrets");
        assert!(make(platform, &drafts).await.expect("a world is there").is_none());
    }
}
