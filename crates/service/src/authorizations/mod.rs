//! Consent: a provider asks, a merchant decides, and may change its mind.
//!
//! One open request and one living grant per pair: partial unique indexes say so. Everything that changes an authorization
//! locks its provider's row first, so that what happens between a pair happens one after the other: a grant that ends takes
//! the request to change it along, and none can slip in between. Consent is rare; calls that act on it take no such lock.

mod decide;
mod expire;
mod manage;
mod request;
mod view;

pub use decide::{Approval, DecideError, REASON_LENGTH_MAX, approve, digest, reject};
pub use expire::{DUE_BATCH_MAX, expire, overdue};
pub use manage::{block_provider, disable, freeze, regrant, unblock_provider, unfreeze};
pub use request::{AuthorizationToken, Created, NewRequest, RequestError, cancel, create, record_reveal};
pub use view::{
    AuthorizationView, RecordError, RecordPage, WireStatus, of_provider, open_token, record, record_page, views,
};

use countersign_domain::authorization::{Authorization, ExpiryReason, Step};
use countersign_domain::event::{AuthorizationChange, AuthorizationEvent, Event};
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::merchant::Merchant;
use countersign_domain::{ScopeSet, Timestamp};
use countersign_store::queries::{authorizations, merchants};
use countersign_store::{Locked, StoreError, WriteTx};

use crate::outbox;
use crate::platform::Platform;

/// The provider, locked: what is done about its authorizations waits for its turn.
fn lock_provider(tx: &mut dyn WriteTx, provider: MerchantId) -> Result<Option<Locked<Merchant>>, StoreError> {
    merchants::lock(tx, provider)
}

/// Ends the open request to change a grant that lives no more.
fn close_change_request(tx: &mut dyn WriteTx, grant: &Authorization, now: Timestamp) -> Result<(), DecideError> {
    let open = authorizations::lock_pending(tx, grant.provider_id, grant.merchant_id)?;
    let Some(open) = open.filter(|open| open.changes == Some(grant.id)) else { return Ok(()) };
    let reason = open.overdue(now).unwrap_or(ExpiryReason::Superseded);
    Ok(authorizations::update(tx, &open.try_map(|open| open.apply(Step::Expire(reason), now))?)?)
}

/// Tells the provider's endpoints and both sides' people what happened to an authorization.
fn announce(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    record: &Authorization,
    (change, token_of, scopes): (AuthorizationChange, AuthorizationId, ScopeSet),
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut name = |id| Ok::<_, StoreError>(merchants::get(tx, id)?.map(|merchant| merchant.name).unwrap_or_default());
    let event = Event::Authorization(AuthorizationEvent {
        change,
        authorization_id: record.id,
        token_of,
        provider_id: record.provider_id,
        provider_name: name(record.provider_id)?,
        merchant_id: record.merchant_id,
        merchant_name: name(record.merchant_id)?,
        scopes,
        at: now,
    });
    outbox::notify_merchant(tx, platform, &event, record.provider_id, now)?;
    outbox::mail_owners(tx, platform, &event, record.provider_id, now)?;
    outbox::mail_owners(tx, platform, &event, record.merchant_id, now)
}
