//! A merchant's webhook endpoints: added, edited, disabled, enabled and removed by their owner, disabled by the platform where
//! they only fail, and by the operator, whose word stands until the operator enables them.
//!
//! Which addresses may be called at all is the outbound policy's to say, before this and again at connect time; here terms are
//! checked and rows written. Whoever changes an endpoint holds the merchant's lock, so that two requests cannot both take the
//! last free place, or one URL twice.

mod add;
mod edit;
mod remove;
mod replace;
mod switch;
mod view;

use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{ENDPOINTS_MAX, TermsFault, WebhookEndpoint};
use countersign_store::queries::{merchants, webhook_endpoints as rows};
use countersign_store::{Locked, StoreError, WriteTx};
use thiserror::Error;

use crate::platform::Collides;

pub use add::add;
pub use edit::edit;
pub use remove::remove;
pub use replace::replace;
pub use switch::{disable, disable_by_operator, enable, enable_by_operator};
pub use view::{Missed, get, list, missed, troubled};

/// Says which URLs may be given as receivers at all. When a URL is given only its text is judged: scheme, port, IP
/// literals; names are resolved and judged when the message goes out.
pub trait UrlPolicy: Send + Sync {
    /// Refuses with the reason, in words for the owner.
    fn check(&self, url: &str) -> Result<(), String>;
}

/// Why an endpoint was not changed.
#[derive(Debug, Error)]
pub enum EndpointError {
    /// Nobody has this number.
    #[error("there is no such merchant")]
    UnknownMerchant,
    /// The merchant has no such endpoint; another merchant's is answered alike.
    #[error("there is no such endpoint")]
    Unknown,
    /// What is said of it cannot be.
    #[error(transparent)]
    Terms(#[from] TermsFault),
    /// Another endpoint of the merchant has this URL.
    #[error("the merchant has an endpoint with this URL")]
    UrlTaken,
    /// The merchant has as many endpoints as it may have.
    #[error("a merchant may have at most {ENDPOINTS_MAX} endpoints; remove one first")]
    TooMany,
    /// The operator disabled it.
    #[error("the operator disabled this endpoint; only the operator can enable it")]
    Held,
    /// The drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for EndpointError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

fn lock_merchant(tx: &mut dyn WriteTx, merchant: MerchantId) -> Result<(), EndpointError> {
    merchants::lock(tx, merchant)?.ok_or(EndpointError::UnknownMerchant).map(drop)
}

/// The merchant's endpoint, both locked.
fn lock_endpoint(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
) -> Result<Locked<WebhookEndpoint>, EndpointError> {
    lock_merchant(tx, merchant)?;
    rows::lock(tx, id)?.filter(|endpoint| endpoint.merchant_id == merchant).ok_or(EndpointError::Unknown)
}
