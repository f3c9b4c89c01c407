//! Webhooks of merchants as the operator and its systems look after them: endpoints, the log of deliveries, sending again.
//!
//! What is done is what the owners can do in the portal, through the same use cases, which write the audit row of what they
//! change; only that an endpoint which is disabled here cannot be enabled there. Here it is decided whether the caller may, and a refusal is written down in their place.

mod deliveries;
mod endpoints;
mod refused;

use countersign_domain::Timestamp;
use countersign_domain::admin_key::Capability;
use countersign_domain::id::MerchantId;
use countersign_store::queries::merchants;
use countersign_store::{ReadTx, WriteTx};
use serde_json::{Value, json};

use super::authority::{Caller, ReadError, authorize};
use crate::audit;

pub use deliveries::{list_deliveries, recover_deliveries, resend_delivery, show_delivery};
pub use endpoints::{EndpointChange, EndpointEdit, add_endpoint, change_endpoint, list_endpoints};
pub use refused::{WebhookError, WebhookRefused};

/// An act of a caller, as its refusal stands in the audit chain.
struct Act {
    capability: Capability,
    /// What the audit chain calls it.
    action: &'static str,
    /// On whose chain a refusal stands.
    chain: i64,
    /// What it was about.
    about: Value,
}

/// Lets `caller` do it, or writes down that it was refused. The use case must have written nothing where it refuses.
fn carry_out<T>(
    tx: &mut dyn WriteTx,
    (caller, now): (Caller, Timestamp),
    act: &Act,
    use_case: impl FnOnce(&mut dyn WriteTx) -> Result<T, WebhookError>,
) -> Result<Result<T, WebhookRefused>, WebhookError> {
    let allowed = authorize::<WebhookError>(tx, caller, act.capability);
    match allowed.and_then(|_| use_case(tx)) {
        Ok(done) => Ok(Ok(done)),
        Err(WebhookError::Refused(refused)) => {
            let detail = json!({ "about": act.about, "outcome": { "refused": refused.to_string() } });
            audit::record(tx, act.chain, caller.actor(), (act.action, &detail), now)?;
            Ok(Err(refused))
        }
        Err(failed) => Err(failed),
    }
}

/// Refuses to read of a merchant whom there is not, so that an empty list means what it says.
fn check_merchant(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<(), ReadError> {
    merchants::get(tx, merchant)?.map(drop).ok_or(ReadError::UnknownAccount)
}
