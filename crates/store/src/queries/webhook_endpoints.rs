//! Where a merchant's notifications go.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{
    DisabledBy, ENDPOINTS_MAX, EndpointState, EndpointTerms, EventFilter, WebhookEndpoint,
};

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, merchant_id, url, description, events, tells_closed, failing_since, disabled_at, disabled_by, created_at
             FROM webhook_endpoints ",
            $rest
        )
    };
}

statements! {
    INSERT = "webhook_endpoint_insert":
        "INSERT INTO webhook_endpoints (id, merchant_id, url, description, events, tells_closed, failing_since, disabled_at, disabled_by,
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    GET = "webhook_endpoint_get": select!("WHERE id = $1");
    LOCK = "webhook_endpoint_lock": select!("WHERE id = $1 {for_update}");
    BY_URL = "webhook_endpoint_by_url": select!("WHERE merchant_id = $1 AND url = $2");
    OF_MERCHANT = "webhook_endpoints_of_merchant": select!("WHERE merchant_id = $1 ORDER BY id LIMIT $2");
    DESCRIBED = "webhook_endpoints_described": select!("WHERE description = $1 AND id > $2 ORDER BY id LIMIT $3");
    UPDATE = "webhook_endpoint_update":
        "UPDATE webhook_endpoints SET url = $1, description = $2, events = $3, tells_closed = $4, failing_since = $5, disabled_at = $6,
         disabled_by = $7 WHERE id = $8";
    DELETE = "webhook_endpoint_delete": "DELETE FROM webhook_endpoints WHERE id = $1";
}

const OWNER: &str = "OWNER";
const PLATFORM: &str = "PLATFORM";
const OPERATOR: &str = "OPERATOR";

fn state(row: &Row) -> Result<EndpointState, StoreError> {
    let failing_since = decode::opt_timestamp(row, 6)?;
    let Some(since) = decode::opt_timestamp(row, 7)? else { return Ok(EndpointState::Enabled { failing_since }) };
    let by = match (row.text(8)?, failing_since) {
        (OWNER, _) => DisabledBy::Owner,
        (PLATFORM, Some(failing_since)) => DisabledBy::Platform { failing_since },
        (OPERATOR, failing_since) => DisabledBy::Operator { failing_since },
        _ => return Err(row.corrupt(8, "who disabled it", "another text")),
    };
    Ok(EndpointState::Disabled { since, by })
}

fn decode(row: &Row) -> Result<WebhookEndpoint, StoreError> {
    let events =
        EventFilter::from_stored(row.text(4)?).map_err(|_| row.corrupt(4, "names of kinds of events", "other text"))?;
    Ok(WebhookEndpoint {
        id: WebhookEndpointId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        terms: EndpointTerms {
            url: row.text(2)?.to_owned(),
            description: row.text(3)?.to_owned(),
            events,
            tells_closed: row.boolean(5)?,
        },
        state: state(row)?,
        created_at: decode::timestamp(row, 9)?,
    })
}

/// What of a state stands in its three columns: failing since, disabled at, by whom.
const fn columns(state: EndpointState) -> (Option<i64>, Option<i64>, Option<&'static str>) {
    const fn ms(at: Option<Timestamp>) -> Option<i64> {
        match at {
            Some(at) => Some(at.ms()),
            None => None,
        }
    }
    match state {
        EndpointState::Enabled { failing_since } => (ms(failing_since), None, None),
        EndpointState::Disabled { since, by: DisabledBy::Owner } => (None, Some(since.ms()), Some(OWNER)),
        EndpointState::Disabled { since, by: DisabledBy::Platform { failing_since } } => {
            (Some(failing_since.ms()), Some(since.ms()), Some(PLATFORM))
        }
        EndpointState::Disabled { since, by: DisabledBy::Operator { failing_since } } => {
            (ms(failing_since), Some(since.ms()), Some(OPERATOR))
        }
    }
}

/// Inserts an endpoint; false where its id is taken, or the merchant has one with this URL.
pub fn insert(tx: &mut dyn WriteTx, endpoint: &WebhookEndpoint) -> Result<bool, StoreError> {
    let (failing_since, disabled_at, disabled_by) = columns(endpoint.state);
    let terms = &endpoint.terms;
    let changed = tx.execute(
        &INSERT,
        &[
            endpoint.id.get().into(),
            endpoint.merchant_id.get().into(),
            terms.url.as_str().into(),
            terms.description.as_str().into(),
            terms.events.to_stored().as_str().into(),
            terms.tells_closed.into(),
            failing_since.into(),
            disabled_at.into(),
            disabled_by.into(),
            endpoint.created_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The endpoint with this id, whoever's it is.
pub fn get(tx: &mut dyn ReadTx, id: WebhookEndpointId) -> Result<Option<WebhookEndpoint>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The endpoint with this id, locked. Whoever locks its merchant too does so first.
pub fn lock(tx: &mut dyn WriteTx, id: WebhookEndpointId) -> Result<Option<Locked<WebhookEndpoint>>, StoreError> {
    tx.query_opt(&LOCK, &[id.get().into()])?.as_ref().map(|row| decode(row).map(Locked::new)).transpose()
}

/// The merchant's endpoint with this URL.
pub fn by_url(tx: &mut dyn ReadTx, merchant: MerchantId, url: &str) -> Result<Option<WebhookEndpoint>, StoreError> {
    tx.query_opt(&BY_URL, &[merchant.get().into(), url.into()])?.as_ref().map(decode).transpose()
}

/// The endpoints of a merchant, oldest first, at most [`ENDPOINTS_MAX`].
pub fn of_merchant(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<WebhookEndpoint>, StoreError> {
    tx.query(&OF_MERCHANT, &[merchant.get().into(), ENDPOINTS_MAX.into()])?.iter().map(decode).collect()
}

/// Every merchant's endpoints with this description above `after`, in the order of their ids, at most `limit`. No index helps:
/// it is for the sandbox, whose table is small.
pub fn described(
    tx: &mut dyn ReadTx,
    description: &str,
    after: WebhookEndpointId,
    limit: i64,
) -> Result<Vec<WebhookEndpoint>, StoreError> {
    tx.query(&DESCRIBED, &[description.into(), after.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// Writes what can change of an endpoint.
pub fn update(tx: &mut dyn WriteTx, endpoint: &Locked<WebhookEndpoint>) -> Result<(), StoreError> {
    let (failing_since, disabled_at, disabled_by) = columns(endpoint.state);
    let terms = &endpoint.terms;
    tx.execute_one(
        &UPDATE,
        &[
            terms.url.as_str().into(),
            terms.description.as_str().into(),
            terms.events.to_stored().as_str().into(),
            terms.tells_closed.into(),
            failing_since.into(),
            disabled_at.into(),
            disabled_by.into(),
            endpoint.id.get().into(),
        ],
    )
}

/// Deletes an endpoint. Its messages stay, and name it.
pub fn delete(tx: &mut dyn WriteTx, endpoint: &Locked<WebhookEndpoint>) -> Result<(), StoreError> {
    tx.execute_one(&DELETE, &[endpoint.id.get().into()])
}
