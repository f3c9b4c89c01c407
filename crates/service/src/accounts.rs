//! Merchants, payers and people: enrolled and configured by the operator or by the sandbox.

use countersign_domain::id::{MerchantId, PayerId, UserId};
use countersign_domain::merchant::{MERCHANT_NAME_LENGTH_MAX, Merchant, MerchantKind, MerchantStatus, is_plain_name};
use countersign_domain::money::PartsPerMillion;
use countersign_domain::user::{Role, User, normalize_email};
use countersign_domain::{ScopeSet, Timestamp, audit::PLATFORM_OWNER};
use countersign_store::queries::{merchants, payers, users};
use countersign_store::{ReadTx, StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// How long a one-time link to set the first password works.
pub const WELCOME_LINK_LIFETIME_MS: i64 = 24 * countersign_domain::time::HOUR_MS;

/// Why somebody was not enrolled or configured.
#[derive(Debug, Error)]
pub enum AccountError {
    /// The name is empty, too long, or holds characters that are not seen.
    #[error(
        "a name has 1 to {MERCHANT_NAME_LENGTH_MAX} characters, none of them control, invisible or reordering characters"
    )]
    Name,
    /// The text is no e-mail address.
    #[error("this is not an e-mail address")]
    Email,
    /// Somebody signs in with this address already.
    #[error("somebody signs in with this e-mail address already")]
    EmailTaken,
    /// Nobody has this number.
    #[error("there is no such merchant")]
    UnknownMerchant,
    /// The merchant is no provider.
    #[error("this merchant is not a technical service provider")]
    NotAProvider,
    /// A drawn number is taken; run again.
    #[error("a drawn number is taken")]
    Collision,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for AccountError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

fn checked_name(name: &str) -> Result<String, AccountError> {
    let name = name.trim();
    let length = name.chars().count();
    if length > MERCHANT_NAME_LENGTH_MAX || !is_plain_name(name) {
        return Err(AccountError::Name);
    }
    Ok(name.to_owned())
}

/// The name of what a person of this role signs in to, for people; empty where it is gone.
pub fn name_of(tx: &mut dyn ReadTx, role: Role) -> Result<String, StoreError> {
    Ok(match role {
        Role::Owner(id) => merchants::get(tx, id)?.map(|merchant| merchant.name).unwrap_or_default(),
        Role::Payer(id) => payers::name(tx, id)?.unwrap_or_default(),
        Role::Operator => "Operator".to_owned(),
    })
}

/// Enrols a merchant of any kind.
pub fn create_merchant(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (name, kind): (&str, MerchantKind),
    (actor, now): (Actor, Timestamp),
) -> Result<MerchantId, AccountError> {
    let id = MerchantId::new(platform.ids.account_number());
    // Payers and merchants share one space of numbers: on the wire both are a Binance ID.
    if payers::name(tx, PayerId::new(id.get()))?.is_some() {
        return Err(AccountError::Collision);
    }
    let merchant = Merchant {
        id,
        name: checked_name(name)?,
        kind,
        status: MerchantStatus::Active,
        commission: PartsPerMillion::ZERO,
        created_at: now,
    };
    if !merchants::insert(tx, &merchant)? {
        return Err(AccountError::Collision);
    }
    let detail = json!({ "merchant": id.get(), "kind": format!("{kind:?}") });
    audit::record(tx, PLATFORM_OWNER, actor, ("merchant_create", &detail), now)?;
    Ok(id)
}

/// Enrols a payer.
pub fn create_payer(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    name: &str,
    (actor, now): (Actor, Timestamp),
) -> Result<PayerId, AccountError> {
    let id = PayerId::new(platform.ids.account_number());
    let taken = merchants::get(tx, MerchantId::new(id.get()))?.is_some();
    if taken || !payers::insert(tx, id, &checked_name(name)?, now)? {
        return Err(AccountError::Collision);
    }
    audit::record(tx, PLATFORM_OWNER, actor, ("payer_create", &json!({ "payer": id.get() })), now)?;
    Ok(id)
}

/// Lets a person sign in. Without `password_hash` a welcome link must follow.
pub fn create_user(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (email, role): (&str, Role),
    password_hash: Option<&str>,
    (actor, now): (Actor, Timestamp),
) -> Result<UserId, AccountError> {
    let email = normalize_email(email).ok_or(AccountError::Email)?;
    if users::by_email(tx, &email)?.is_some() {
        return Err(AccountError::EmailTaken);
    }
    let user = User { id: UserId::new(platform.ids.next(now)), email, role };
    if !users::insert(tx, &user, password_hash, now)? {
        return Err(AccountError::Collision);
    }
    audit::record(tx, PLATFORM_OWNER, actor, ("user_create", &json!({ "user": user.id.get() })), now)?;
    Ok(user.id)
}

/// Stores a one-time link by which `user` sets a password; `token_hash` is the keyed hash of what the link holds.
pub fn create_welcome_link(
    tx: &mut dyn WriteTx,
    user: UserId,
    token_hash: &[u8; 32],
    wall_now: Timestamp,
    (actor, now): (Actor, Timestamp),
) -> Result<(), AccountError> {
    users::insert_welcome_link(tx, token_hash, user, wall_now.plus_ms(WELCOME_LINK_LIFETIME_MS))?;
    Ok(audit::record(tx, PLATFORM_OWNER, actor, ("welcome_link_create", &json!({ "user": user.get() })), now)?)
}

/// Sets what the platform takes of each payment to a merchant.
pub fn configure_commission(
    tx: &mut dyn WriteTx,
    id: MerchantId,
    commission: PartsPerMillion,
    (actor, now): (Actor, Timestamp),
) -> Result<(), AccountError> {
    let merchant = merchants::lock(tx, id)?.ok_or(AccountError::UnknownMerchant)?;
    merchants::update(tx, &merchant.map(|merchant| Merchant { commission, ..merchant }))?;
    let detail = json!({ "merchant": id.get(), "commissionPpm": commission.get() });
    Ok(audit::record(tx, PLATFORM_OWNER, actor, ("merchant_configure", &detail), now)?)
}

/// Sets what a provider may ask for and its share of commissions; `None` leaves a setting as it is.
pub fn configure_provider(
    tx: &mut dyn WriteTx,
    id: MerchantId,
    (scopes, share): (Option<ScopeSet>, Option<PartsPerMillion>),
    (actor, now): (Actor, Timestamp),
) -> Result<(), AccountError> {
    let merchant = merchants::lock(tx, id)?.ok_or(AccountError::UnknownMerchant)?;
    let MerchantKind::Provider { allowed_scopes, fee_share } = merchant.kind else {
        return Err(AccountError::NotAProvider);
    };
    let (allowed_scopes, fee_share) = (scopes.unwrap_or(allowed_scopes), share.unwrap_or(fee_share));
    let kind = MerchantKind::Provider { allowed_scopes, fee_share };
    merchants::update(tx, &merchant.map(|merchant| Merchant { kind, ..merchant }))?;
    let detail =
        json!({ "provider": id.get(), "allowedScopes": allowed_scopes.bits(), "feeSharePpm": fee_share.get() });
    Ok(audit::record(tx, PLATFORM_OWNER, actor, ("provider_configure", &detail), now)?)
}
