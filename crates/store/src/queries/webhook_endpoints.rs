//! Where a merchant's notifications go.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};

use crate::{ReadTx, StoreError, WriteTx};

statements! {
    INSERT = "webhook_endpoint_insert":
        "INSERT INTO webhook_endpoints (id, merchant_id, url, description, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    OF_MERCHANT = "webhook_endpoints_of_merchant":
        "SELECT id, url, description FROM webhook_endpoints WHERE merchant_id = $1 ORDER BY id LIMIT $2";
    DELETE_OF_MERCHANT = "webhook_endpoints_delete": "DELETE FROM webhook_endpoints WHERE merchant_id = $1";
}

/// The most endpoints of one merchant.
pub const ENDPOINTS_MAX: i64 = 16;
/// The most bytes of an endpoint's URL (`partner.md` §3.1).
pub const URL_LENGTH_MAX: usize = 256;

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEndpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Where to.
    pub url: String,
    /// What its owner calls it.
    pub description: String,
}

/// The endpoints of a merchant.
pub fn of_merchant(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<WebhookEndpoint>, StoreError> {
    let rows = tx.query(&OF_MERCHANT, &[merchant.get().into(), ENDPOINTS_MAX.into()])?;
    rows.iter()
        .map(|row| {
            let id = WebhookEndpointId::new(row.int(0)?);
            Ok(WebhookEndpoint { id, url: row.text(1)?.to_owned(), description: row.text(2)?.to_owned() })
        })
        .collect()
}

/// Replaces a merchant's endpoints by this one, or by none.
pub fn replace(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    endpoint: Option<&WebhookEndpoint>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&DELETE_OF_MERCHANT, &[merchant.get().into()])?;
    let Some(endpoint) = endpoint else { return Ok(()) };
    tx.execute_one(
        &INSERT,
        &[
            endpoint.id.get().into(),
            merchant.get().into(),
            endpoint.url.as_str().into(),
            endpoint.description.as_str().into(),
            now.ms().into(),
        ],
    )
}
