//! The actors of a sandbox: enrolled once, and shown again at every start, secrets included.
//!
//! An actor's secrets are stored sealed like everybody's; the world keeps its own sealed copy so that the ready line of a
//! restarted sandbox still works.

use std::sync::Arc;

use countersign_crypto::{Alphabet, PasswordHashError, alphanumeric, hash_password, random_bytes};
use countersign_domain::id::{MerchantId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::{MoneyError, PartsPerMillion};
use countersign_domain::user::Role;
use countersign_domain::{AddressList, Amount, Currency, ScopeSet};
use countersign_service::accounts::{self, AccountError};
use countersign_service::api_keys::{self, KeyError, KeyPair, NewKey};
use countersign_service::audit::Actor as AuditActor;
use countersign_service::deposits::{self, DepositError};
use countersign_service::installation::{self, InstallationError};
use countersign_service::platform::Platform;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The beginning of every API key of a sandbox (design §8).
pub const KEY_PREFIX: &str = "csbx";
/// Letters and digits of an actor's password.
const PASSWORD_LENGTH: usize = 20;
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
    Deposit(#[from] DepositError),
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

/// The world of this database, made at the first start.
pub async fn ensure(platform: &Arc<Platform>) -> Result<World, WorldError> {
    let stored = platform.read("sandbox_world_get", |tx, platform| installation::get_sealed(tx, &platform.keys, WORLD)).await?;
    if let Some(stored) = stored {
        return Ok(serde_json::from_slice(&stored)?);
    }
    let world = make(platform).await?;
    let json = serde_json::to_vec(&world)?;
    platform.write("sandbox_world_put", move |tx, platform| installation::put_sealed(tx, platform, WORLD, &json)).await?;
    Ok(world)
}

async fn make(platform: &Arc<Platform>) -> Result<World, WorldError> {
    let world = World {
        provider: enrol_merchant(platform, Kind::Provider, "Acme Checkout", Some("provider@sandbox.example")).await?,
        merchant: enrol_merchant(platform, Kind::Merchant, "Blue Door Books", Some("merchant@sandbox.example")).await?,
        partner: enrol_merchant(platform, Kind::Partner, "Harbour Partners", Some("partner@sandbox.example")).await?,
        payer: enrol_payer(platform, "Robin Reader", Some("payer@sandbox.example")).await?,
        operator: enrol_operator(platform, "operator@sandbox.example").await?,
    };
    for merchant in [&world.provider, &world.merchant, &world.partner] {
        let id = merchant.merchant_id.parse().expect("an enrolled merchant has a number");
        credit(platform, Owner::Merchant(MerchantId::new(id)), Wallet::Funding, Amount::parse("1000", Currency::USDT)?).await?;
    }
    let payer = Owner::Payer(world.payer.binance_id.parse().expect("an enrolled payer has a number"));
    for (amount, currency) in [("10000", Currency::USDT), ("10000", Currency::USDC), ("10", Currency::BNB), ("1", Currency::BTC)] {
        credit(platform, payer, Wallet::Funding, Amount::parse(amount, currency)?).await?;
    }
    Ok(world)
}

/// Puts money into a wallet and answers what is then free there, in minor units.
pub async fn credit(platform: &Arc<Platform>, owner: Owner, wallet: Wallet, amount: Amount) -> Result<i64, DepositError> {
    let now = platform.business_now();
    platform.write("deposit_create", move |tx, platform| deposits::create(tx, platform, (owner, wallet), amount, now)).await
}

/// Enrols an actor of any kind, with empty wallets.
pub async fn enrol(platform: &Arc<Platform>, kind: Kind, name: &str) -> Result<Actor, WorldError> {
    match kind {
        Kind::Payer => Ok(Actor::Payer(enrol_payer(platform, name, None).await?)),
        kind => Ok(Actor::Merchant(enrol_merchant(platform, kind, name, None).await?)),
    }
}

async fn enrol_merchant(platform: &Arc<Platform>, kind: Kind, name: &str, email: Option<&str>) -> Result<MerchantActor, WorldError> {
    let (now, owned) = (platform.business_now(), name.to_owned());
    let (label, kind) = match kind {
        Kind::Provider => ("provider", MerchantKind::Provider { allowed_scopes: ScopeSet::ALL, fee_share: PartsPerMillion::ZERO }),
        Kind::Partner => ("partner", MerchantKind::Partner),
        Kind::Merchant | Kind::Payer => ("merchant", MerchantKind::Plain),
    };
    let merchant_id = platform
        .write("merchant_create", move |tx, platform| accounts::create_merchant(tx, platform, (&owned, kind), (AuditActor::System, now)))
        .await?;
    let pair = KeyPair::draw(platform, KEY_PREFIX);
    let new = NewKey { merchant_id, name: "Sandbox".to_owned(), scopes: ScopeSet::ALL, addresses: AddressList::any(), pair: pair.clone() };
    platform.write("api_key_create", move |tx, platform| api_keys::create(tx, platform, &new, (AuditActor::System, now))).await?;
    let email = email.map_or_else(|| format!("{label}-{merchant_id}@sandbox.example"), str::to_owned);
    let password = enrol_user(platform, &email, Role::Owner(merchant_id)).await?;
    Ok(MerchantActor {
        merchant_id: merchant_id.to_string(),
        name: name.trim().to_owned(),
        api_key: pair.key,
        api_secret: pair.secret.expose_secret().to_owned(),
        email,
        password,
    })
}

async fn enrol_payer(platform: &Arc<Platform>, name: &str, email: Option<&str>) -> Result<PayerActor, WorldError> {
    let (now, owned) = (platform.business_now(), name.to_owned());
    let id: PayerId = platform
        .write("payer_create", move |tx, platform| accounts::create_payer(tx, platform, &owned, (AuditActor::System, now)))
        .await?;
    let email = email.map_or_else(|| format!("payer-{id}@sandbox.example"), str::to_owned);
    let password = enrol_user(platform, &email, Role::Payer(id)).await?;
    Ok(PayerActor { binance_id: id.to_string(), name: name.trim().to_owned(), email, password })
}

async fn enrol_operator(platform: &Arc<Platform>, email: &str) -> Result<OperatorActor, WorldError> {
    let password = enrol_user(platform, email, Role::Operator).await?;
    Ok(OperatorActor { email: email.to_owned(), password })
}

/// Lets a person sign in and answers the password.
async fn enrol_user(platform: &Arc<Platform>, email: &str, role: Role) -> Result<String, WorldError> {
    let password = alphanumeric(platform.entropy(), Alphabet::LowerCase, PASSWORD_LENGTH);
    let hash = hash_password(&password, &random_bytes(platform.entropy()))?.expose_phc().to_owned();
    let (email, now) = (email.to_owned(), platform.business_now());
    platform
        .write("user_create", move |tx, platform| {
            accounts::create_user(tx, platform, (&email, role), Some(&hash), (AuditActor::System, now))
        })
        .await?;
    Ok(password)
}
