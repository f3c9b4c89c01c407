//! A merchant's webhook endpoint.
//!
//! Which addresses may be called at all is the outbound policy's to say, before this and again at connect time; here the
//! form is checked and the row written.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::merchant::is_plain_text;
use countersign_store::queries::merchants;
use countersign_store::queries::webhook_endpoints::{self as rows, WebhookEndpoint};
use countersign_store::{StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// The most characters of an endpoint's description.
pub const DESCRIPTION_LENGTH_MAX: usize = 128;

/// Says which URLs may be given as receivers at all. When a URL is given only its text is judged: scheme, port, IP
/// literals; names are resolved and judged when the message goes out.
pub trait UrlPolicy: Send + Sync {
    /// Refuses with the reason, in words for the owner.
    fn check(&self, url: &str) -> Result<(), String>;
}

/// Why an endpoint was not set.
#[derive(Debug, Error)]
pub enum EndpointError {
    /// Nobody has this number.
    #[error("there is no such merchant")]
    UnknownMerchant,
    /// The URL is empty or too long.
    #[error("the URL must have 1 to {} bytes", rows::URL_LENGTH_MAX)]
    UrlLength,
    /// The description is too long, or holds characters that are not seen.
    #[error("the description may have at most {DESCRIPTION_LENGTH_MAX} characters, all of which can be seen")]
    Description,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for EndpointError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Makes `url` the merchant's only endpoint; `None` takes every endpoint away.
pub fn replace(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    merchant: MerchantId,
    endpoint: Option<(&str, &str)>,
    (actor, now): (Actor, Timestamp),
) -> Result<(), EndpointError> {
    // The lock keeps two requests from leaving two endpoints that were each to be the only one.
    merchants::lock(tx, merchant)?.ok_or(EndpointError::UnknownMerchant)?;
    let endpoint = match endpoint {
        None => None,
        Some((url, _)) if url.is_empty() || url.len() > rows::URL_LENGTH_MAX => return Err(EndpointError::UrlLength),
        Some((_, text)) if text.chars().count() > DESCRIPTION_LENGTH_MAX || !is_plain_text(text) => {
            return Err(EndpointError::Description);
        }
        Some((url, text)) => {
            let id = WebhookEndpointId::new(platform.ids.next(now));
            Some(WebhookEndpoint { id, url: url.to_owned(), description: text.to_owned() })
        }
    };
    rows::replace(tx, merchant, endpoint.as_ref(), now)?;
    let action = if endpoint.is_some() { "webhook_endpoint_set" } else { "webhook_endpoint_remove" };
    Ok(audit::record(tx, merchant.get(), actor, (action, &json!({})), now)?)
}
