//! Consent: a provider asks, a merchant decides, and may change its mind.
//!
//! One open request and one living grant per pair, whoever races whom: partial unique indexes say so, and a loser runs
//! again. Locks are taken request first, grant second.

mod decide;
mod expire;
mod manage;
mod request;
mod view;

pub use decide::{Approval, DecideError, REASON_LENGTH_MAX, approve, digest, reject, reject_because};
pub use expire::{DUE_BATCH_MAX, expire_due};
pub use manage::{block_provider, disable, freeze, regrant, unblock_provider, unfreeze};
pub use request::{AuthorizationToken, Created, NewRequest, RequestError, cancel, create, record_reveal};
pub use view::{
    AuthorizationView, RecordError, RecordPage, WireStatus, of_provider, open_token, record, record_page, views,
};

use countersign_domain::authorization::Authorization;
use countersign_domain::event::{AuthorizationChange, AuthorizationEvent, Event};
use countersign_domain::id::AuthorizationId;
use countersign_domain::{ScopeSet, Timestamp};
use countersign_store::queries::merchants;
use countersign_store::{StoreError, WriteTx};

use crate::outbox;
use crate::platform::Platform;

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
