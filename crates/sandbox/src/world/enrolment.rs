//! Actors in two steps: everything secret or slow is drawn first, then they are written.
//!
//! Hashing a password takes longer than a transaction may, and what a write answers is stored on PostgreSQL: so drafts hold
//! the secrets, and writing one answers its id alone.

use countersign_crypto::{Alphabet, alphanumeric, hash_password, random_bytes};
use countersign_domain::id::{MerchantId, PayerId};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::payer_identity::PayerIdentity;
use countersign_domain::user::Role;
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_service::api_keys::{self, KeyPair, NewKey};
use countersign_service::audit::Actor as AuditActor;
use countersign_service::platform::Platform;
use countersign_service::{accounts, payer_identities};
use countersign_store::WriteTx;
use secrecy::ExposeSecret;

use super::{KEY_PREFIX, MerchantActor, OperatorActor, PayerActor, WorldError};

/// Letters and digits of an actor's password.
const PASSWORD_LENGTH: usize = 20;

/// What a merchant is.
#[derive(Debug, Clone, Copy)]
pub(super) enum MerchantRole {
    /// A technical service provider with all ten scopes and no fee share.
    Provider,
    /// A plain merchant.
    Plain,
    /// A channel partner.
    Partner,
}

impl MerchantRole {
    const fn label(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Plain => "merchant",
            Self::Partner => "partner",
        }
    }

    const fn kind(self) -> MerchantKind {
        match self {
            Self::Provider => {
                MerchantKind::Provider { allowed_scopes: ScopeSet::ALL, fee_share: PartsPerMillion::ZERO }
            }
            Self::Plain => MerchantKind::Plain,
            Self::Partner => MerchantKind::Partner,
        }
    }
}

/// Somebody who will sign in.
#[derive(Clone)]
pub(super) struct PersonDraft {
    name: String,
    email: Option<String>,
    password: String,
    hash: String,
    identity: Option<PayerIdentity>,
}

impl PersonDraft {
    /// Draws a password and hashes it. Without an address one is made of the account's number.
    pub(super) fn draw(platform: &Platform, name: &str, email: Option<&str>) -> Result<Self, WorldError> {
        let password = alphanumeric(platform.entropy(), Alphabet::LowerCase, PASSWORD_LENGTH);
        let hash = hash_password(&password, &random_bytes(platform.entropy()))?.expose_phc().to_owned();
        Ok(Self { name: name.trim().to_owned(), email: email.map(str::to_owned), password, hash, identity: None })
    }

    /// The same person, who pays and was identified.
    pub(super) fn identified(self, identity: PayerIdentity) -> Self {
        Self { identity: Some(identity), ..self }
    }

    fn email(&self, label: &str, number: i64) -> String {
        self.email.clone().unwrap_or_else(|| format!("{label}-{number}@sandbox.example"))
    }

    fn enrol(
        &self,
        tx: &mut dyn WriteTx,
        platform: &Platform,
        (email, role): (&str, Role),
        now: Timestamp,
    ) -> Result<(), WorldError> {
        accounts::create_user(tx, platform, (email, role), Some(&self.hash), (AuditActor::System, now))?;
        Ok(())
    }

    /// Writes a payer, and who that is where it is known.
    pub(super) fn enrol_payer(
        &self,
        tx: &mut dyn WriteTx,
        platform: &Platform,
        now: Timestamp,
    ) -> Result<PayerId, WorldError> {
        let id = accounts::create_payer(tx, platform, &self.name, (AuditActor::System, now))?;
        self.enrol(tx, platform, (&self.email("payer", id.get()), Role::Payer(id)), now)?;
        if let Some(identity) = &self.identity {
            payer_identities::put(tx, platform, (id, identity), (AuditActor::System, now))?;
        }
        Ok(id)
    }

    /// Writes the operator.
    pub(super) fn enrol_operator(
        &self,
        tx: &mut dyn WriteTx,
        platform: &Platform,
        now: Timestamp,
    ) -> Result<(), WorldError> {
        self.enrol(tx, platform, (&self.email("operator", 0), Role::Operator), now)
    }

    /// The payer with that number.
    pub(super) fn payer(&self, id: PayerId) -> PayerActor {
        let email = self.email("payer", id.get());
        PayerActor { binance_id: id.to_string(), name: self.name.clone(), email, password: self.password.clone() }
    }

    /// The operator.
    pub(super) fn operator(&self) -> OperatorActor {
        OperatorActor { email: self.email("operator", 0), password: self.password.clone() }
    }
}

/// A merchant with a key and an owner.
#[derive(Clone)]
pub(super) struct MerchantDraft {
    role: MerchantRole,
    owner: PersonDraft,
    pair: KeyPair,
}

impl MerchantDraft {
    /// Draws key, secret and password.
    pub(super) fn draw(
        platform: &Platform,
        role: MerchantRole,
        name: &str,
        email: Option<&str>,
    ) -> Result<Self, WorldError> {
        let pair = KeyPair::draw(platform, KEY_PREFIX);
        Ok(Self { role, owner: PersonDraft::draw(platform, name, email)?, pair })
    }

    /// Writes the merchant, its key and its owner.
    pub(super) fn enrol(
        &self,
        tx: &mut dyn WriteTx,
        platform: &Platform,
        now: Timestamp,
    ) -> Result<MerchantId, WorldError> {
        let by = (AuditActor::System, now);
        let id = accounts::create_merchant(tx, platform, (&self.owner.name, self.role.kind()), by)?;
        let key = NewKey {
            merchant_id: id,
            name: "Sandbox".to_owned(),
            scopes: ScopeSet::ALL,
            addresses: AddressList::any(),
            pair: self.pair.clone(),
        };
        api_keys::create(tx, platform, &key, by)?;
        self.owner.enrol(tx, platform, (&self.email(id), Role::Owner(id)), now)?;
        Ok(id)
    }

    fn email(&self, id: MerchantId) -> String {
        self.owner.email(self.role.label(), id.get())
    }

    /// The merchant with that number.
    pub(super) fn actor(&self, id: MerchantId) -> MerchantActor {
        MerchantActor {
            merchant_id: id.to_string(),
            name: self.owner.name.clone(),
            api_key: self.pair.key.clone(),
            api_secret: self.pair.secret.expose_secret().to_owned(),
            email: self.email(id),
            password: self.owner.password.clone(),
        }
    }
}
