//! Accounts and the people who sign in for them.

use std::sync::Arc;

use countersign_domain::id::{MerchantId, UserId};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::user::Role;
use countersign_domain::{ScopeSet, Timestamp};
use countersign_service::accounts::{self, AccountError};
use countersign_service::audit::Actor;
use countersign_service::{Platform, sign_in};
use countersign_store::WriteTx;
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::keys::scopes;

/// A merchant, partner or payer to enrol.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// Who signs in for it; gets a one-time link to set a password.
    pub email: Option<String>,
}

/// A technical service provider to enrol.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProvider {
    /// Its name.
    pub name: String,
    /// Who signs in for it; gets a one-time link to set a password.
    pub email: Option<String>,
    /// The scopes that it may ask merchants for; all ten where nothing is said, for each merchant decides anyway.
    pub allowed_scopes: Option<Vec<String>>,
}

/// An operator who may sign in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewOperator {
    /// The address that signs in.
    pub email: String,
}

/// An enrolled merchant of any kind. No `Debug`: the link lets its bearer in.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MerchantCreated {
    /// Its number.
    pub merchant_id: String,
    /// The one-time link of its owner, if there is one; it works for 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// An enrolled payer. No `Debug`: the link lets its bearer in.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PayerCreated {
    /// Its number.
    pub binance_id: String,
    /// The payer's one-time link, if an address was given; it works for 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// An operator who may sign in. No `Debug`: the link lets its bearer in.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorCreated {
    /// The one-time link; it works for 24 hours.
    pub link: String,
}

/// A drawn one-time link: its hash for the database, its secret for the one answer.
#[derive(Clone)]
struct Welcome {
    secret: String,
    hash: [u8; 32],
    now: Timestamp,
    wall_now: Timestamp,
}

impl Welcome {
    fn draw(platform: &Platform) -> Self {
        let secret = platform.draw_secret();
        let hash = sign_in::welcome_hash(platform, &secret);
        Self { secret, hash, now: platform.business_now(), wall_now: platform.wall_now() }
    }

    /// Lets the person with this address set a password by the link.
    fn admit(
        &self,
        tx: &mut dyn WriteTx,
        platform: &Platform,
        (email, role): (&str, Role),
    ) -> Result<UserId, AccountError> {
        let user = accounts::create_user(tx, platform, (email, role), None, (Actor::Operator, self.now))?;
        accounts::create_welcome_link(tx, user, &self.hash, self.wall_now, (Actor::Operator, self.now))?;
        Ok(user)
    }

    fn link(&self, platform: &Platform) -> String {
        platform.links.welcome(&self.secret)
    }
}

/// Enrols a plain merchant.
pub async fn create_merchant(platform: &Arc<Platform>, request: NewAccount) -> Result<MerchantCreated, AdminError> {
    enrol(platform, request, MerchantKind::Plain).await
}

/// Enrols a channel partner.
pub async fn create_partner(platform: &Arc<Platform>, request: NewAccount) -> Result<MerchantCreated, AdminError> {
    enrol(platform, request, MerchantKind::Partner).await
}

/// Enrols a technical service provider, its fee share off.
pub async fn create_provider(platform: &Arc<Platform>, request: NewProvider) -> Result<MerchantCreated, AdminError> {
    let allowed_scopes = request.allowed_scopes.as_deref().map_or(Ok(ScopeSet::ALL), scopes)?;
    let kind = MerchantKind::Provider { allowed_scopes, fee_share: PartsPerMillion::ZERO };
    enrol(platform, NewAccount { name: request.name, email: request.email }, kind).await
}

async fn enrol(
    platform: &Arc<Platform>,
    NewAccount { name, email }: NewAccount,
    kind: MerchantKind,
) -> Result<MerchantCreated, AdminError> {
    let welcome = Welcome::draw(platform);
    let link = email.as_ref().map(|_| welcome.link(platform));
    let enrolled = platform.write("admin_merchant_create", move |tx, platform| -> Result<MerchantId, AccountError> {
        let id = accounts::create_merchant(tx, platform, (&name, kind), (Actor::Operator, welcome.now))?;
        if let Some(email) = &email {
            welcome.admit(tx, platform, (email, Role::Owner(id)))?;
        }
        Ok(id)
    });
    Ok(MerchantCreated { merchant_id: enrolled.await?.to_string(), link })
}

/// Enrols a payer.
pub async fn create_payer(
    platform: &Arc<Platform>,
    NewAccount { name, email }: NewAccount,
) -> Result<PayerCreated, AdminError> {
    let welcome = Welcome::draw(platform);
    let link = email.as_ref().map(|_| welcome.link(platform));
    let enrolled = platform.write("admin_payer_create", move |tx, platform| -> Result<_, AccountError> {
        let id = accounts::create_payer(tx, platform, &name, (Actor::Operator, welcome.now))?;
        if let Some(email) = &email {
            welcome.admit(tx, platform, (email, Role::Payer(id)))?;
        }
        Ok(id)
    });
    Ok(PayerCreated { binance_id: enrolled.await?.to_string(), link })
}

/// Lets an operator sign in.
pub async fn create_operator(
    platform: &Arc<Platform>,
    NewOperator { email }: NewOperator,
) -> Result<OperatorCreated, AdminError> {
    let welcome = Welcome::draw(platform);
    let link = welcome.link(platform);
    let admitted = platform.write("admin_operator_create", move |tx, platform| -> Result<UserId, AccountError> {
        welcome.admit(tx, platform, (&email, Role::Operator))
    });
    admitted.await?;
    Ok(OperatorCreated { link })
}
