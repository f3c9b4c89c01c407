//! A provider asks a merchant for authority, or takes the question back.

use countersign_domain::authorization::{
    Authorization, AuthorizationState, ExpiryReason, InvalidTransition, OPEN_REQUESTS_MAX, Origin, REQUEST_LIFETIME_MS,
    Request, Step,
};
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::merchant::{Merchant, MerchantKind, MerchantStatus};
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_store::queries::authorizations::{self, StoredToken};
use countersign_store::queries::merchants;
use countersign_store::{StoreError, WriteTx};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use thiserror::Error;

use super::lock_provider;
use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// The text that lets a provider act for a merchant: 32 hexadecimal digits.
#[derive(Clone)]
pub struct AuthorizationToken(SecretString);

impl AuthorizationToken {
    /// A fresh token.
    pub fn draw(platform: &Platform) -> Self {
        Self(SecretString::from(platform.draw_token()))
    }

    /// A token as opened from its seal.
    pub(super) fn opened(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text, for the one answer or message that shows it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The hashes under which a token that came with a call may be stored, the active master key's first.
    pub fn lookup_hashes(platform: &Platform, text: &str) -> Vec<[u8; 32]> {
        platform.keys.lookup_hashes(b"authorization_token", text)
    }

    pub(super) fn purpose(id: AuthorizationId) -> String {
        format!("authorization_token:{id}")
    }

    fn stored(&self, platform: &Platform, id: AuthorizationId) -> StoredToken {
        StoredToken {
            hash: platform.keys.lookup_hash(b"authorization_token", self.expose()),
            sealed: platform.seal(&Self::purpose(id), self.expose().as_bytes()),
        }
    }
}

/// What a provider asks for.
#[derive(Clone)]
pub struct NewRequest {
    /// Who asks.
    pub provider_id: MerchantId,
    /// Who is asked.
    pub merchant_id: MerchantId,
    /// For what.
    pub scopes: ScopeSet,
    /// From where the provider will call.
    pub addresses: AddressList,
    /// Over the API or by hand.
    pub origin: Origin,
    /// The token to use where the request is not one to change a grant.
    pub token: AuthorizationToken,
}

/// What became of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Created {
    /// The record.
    pub id: AuthorizationId,
    /// The record whose token is shown: its own, or that of the grant that it would change.
    pub token_of: AuthorizationId,
    /// The merchant's name.
    pub merchant_name: String,
}

/// Why a request was not made or not taken back.
#[derive(Debug, Error)]
pub enum RequestError {
    /// The caller is no provider (`decisions.md` row 53).
    #[error("the caller is not a technical service provider")]
    NotAProvider,
    /// The caller or the merchant is frozen.
    #[error("the account of {0} is frozen")]
    Frozen(MerchantId),
    /// Nobody has this number.
    #[error("there is no such merchant")]
    UnknownMerchant,
    /// A provider asked itself.
    #[error("a provider cannot ask itself")]
    Oneself,
    /// No scope was asked for.
    #[error("at least one scope must be asked for")]
    NoScope,
    /// Scopes were asked for that the operator does not allow this provider.
    #[error("the provider may not ask for {0:?}")]
    ScopeNotAllowed(ScopeSet),
    /// The merchant does not want to hear from this provider.
    #[error("the merchant does not take requests from this provider")]
    Blocked,
    /// The provider has too many open requests.
    #[error("at most {OPEN_REQUESTS_MAX} requests may be open")]
    TooManyOpen,
    /// There is no such request of this provider.
    #[error("there is no such request")]
    Unknown,
    /// It is not open any more.
    #[error(transparent)]
    NotOpen(#[from] InvalidTransition),
    /// A drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for RequestError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// Asks a merchant. An older open request of the pair expires (`decisions.md` row 16); where a grant lives, this becomes a
/// request to change it (row 17).
pub fn create(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    new: &NewRequest,
    (actor, now): (Actor, Timestamp),
) -> Result<Created, RequestError> {
    let merchant = check(tx, new)?;
    if let Some(open) = authorizations::lock_pending(tx, new.provider_id, new.merchant_id)? {
        let reason = open.overdue(now).unwrap_or(ExpiryReason::Superseded);
        authorizations::update(tx, &open.try_map(|open| open.apply(Step::Expire(reason), now))?)?;
    } else if authorizations::count_open(tx, new.provider_id, now)? >= OPEN_REQUESTS_MAX {
        return Err(RequestError::TooManyOpen);
    }
    let living =
        authorizations::lock_grant(tx, new.provider_id, new.merchant_id)?.filter(|grant| grant.overdue(now).is_none());
    let record = record(platform, new, living.map(|grant| grant.id), now);
    let token = record.changes.is_none().then(|| new.token.stored(platform, record.id));
    if !authorizations::insert(tx, &record, token.as_ref())? {
        return Err(RequestError::Collision);
    }
    let detail = json!({ "authorization": record.id.get(), "merchant": new.merchant_id.get(), "scopes": new.scopes.bits(),
                         "addresses": new.addresses.to_stored(), "changes": record.changes.map(AuthorizationId::get) });
    audit::record(tx, new.provider_id.get(), actor, ("authorization_request", &detail), now)?;
    Ok(Created { id: record.id, token_of: record.changes.unwrap_or(record.id), merchant_name: merchant.name })
}

fn check(tx: &mut dyn WriteTx, new: &NewRequest) -> Result<Merchant, RequestError> {
    let provider = lock_provider(tx, new.provider_id)?.ok_or(RequestError::NotAProvider)?;
    let MerchantKind::Provider { allowed_scopes, .. } = provider.kind else { return Err(RequestError::NotAProvider) };
    if new.scopes.is_empty() {
        return Err(RequestError::NoScope);
    }
    if new.provider_id == new.merchant_id {
        return Err(RequestError::Oneself);
    }
    let merchant = merchants::get(tx, new.merchant_id)?.ok_or(RequestError::UnknownMerchant)?;
    if let Some(frozen) = [&*provider, &merchant].into_iter().find(|account| account.status == MerchantStatus::Frozen) {
        return Err(RequestError::Frozen(frozen.id));
    }
    if !new.scopes.is_subset_of(allowed_scopes) {
        return Err(RequestError::ScopeNotAllowed(new.scopes.difference(allowed_scopes)));
    }
    if merchants::blocks_provider(tx, new.merchant_id, new.provider_id)? {
        return Err(RequestError::Blocked);
    }
    Ok(merchant)
}

fn record(platform: &Platform, new: &NewRequest, changes: Option<AuthorizationId>, now: Timestamp) -> Authorization {
    Authorization {
        id: AuthorizationId::new(platform.ids.next(now)),
        provider_id: new.provider_id,
        merchant_id: new.merchant_id,
        changes,
        origin: new.origin,
        request: Request {
            scopes: new.scopes,
            addresses: new.addresses.clone(),
            expires_at: now.plus_ms(REQUEST_LIFETIME_MS),
        },
        state: AuthorizationState::Pending,
        created_at: now,
        decided: None,
        changed_at: now,
        revision: 0,
    }
}

/// Takes an open request back; its link is dead from then on.
pub fn cancel(
    tx: &mut dyn WriteTx,
    provider: MerchantId,
    id: AuthorizationId,
    (actor, now): (Actor, Timestamp),
) -> Result<(), RequestError> {
    let open =
        authorizations::lock(tx, id)?.filter(|record| record.provider_id == provider).ok_or(RequestError::Unknown)?;
    authorizations::update(tx, &open.try_map(|open| open.apply(Step::Expire(ExpiryReason::Cancelled), now))?)?;
    let detail = json!({ "authorization": id.get() });
    Ok(audit::record(tx, provider.get(), actor, ("authorization_cancel", &detail), now)?)
}

/// Records that a person of `provider` looked at the token of one of its records. The token itself is read after this was
/// written, with [`super::open_token`]: the answer of a write is stored, and a token must not be.
pub fn record_reveal(
    tx: &mut dyn WriteTx,
    provider: MerchantId,
    id: AuthorizationId,
    (actor, now): (Actor, Timestamp),
) -> Result<(), RequestError> {
    authorizations::get(tx, id)?.filter(|record| record.provider_id == provider).ok_or(RequestError::Unknown)?;
    let detail = json!({ "authorization": id.get() });
    Ok(audit::record(tx, provider.get(), actor, ("authorization_token_reveal", &detail), now)?)
}
