//! Sending again what failed.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_service::Platform;
use countersign_service::deliveries::Recovery;
use countersign_service::operator::{self, Caller, WebhookError};
use serde::{Deserialize, Serialize};

use super::deliveries::target;
use super::{delivery_id, endpoint_id};
use crate::admin::error::AdminError;
use crate::admin::keys::merchant_id;

/// How many steps one call takes, of [`RECOVERED_MAX`](countersign_service::deliveries::RECOVERED_MAX) messages each: so many
/// are done well within the time of a call.
pub const RECOVER_STEPS_MAX: u32 = 20;

/// What is to be sent again.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoverRequest {
    /// What was caused at this business time or later, Unix ms.
    pub since: i64,
    /// In whose log; in everybody's where nothing is said.
    pub merchant_id: Option<String>,
    /// What was caused for this endpoint alone.
    pub endpoint_id: Option<String>,
    /// The endpoint of the merchant to send it to; each where it was caused for if nothing is said. Goes with `merchantId`.
    pub to_endpoint_id: Option<String>,
    /// Where the call before this one said that there is more.
    pub after: Option<String>,
}

/// What was sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoverAnswer {
    /// How many messages are back in line.
    pub resent: i64,
    /// How many are not, because their endpoint is disabled or removed, or because they were sent often enough.
    pub left: i64,
    /// Where the next call goes on; absent when everything was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Puts what failed back in line, up to [`RECOVER_STEPS_MAX`] steps of it, each in a transaction of its own.
pub async fn recover_deliveries(
    platform: &Arc<Platform>,
    caller: Caller,
    request: RecoverRequest,
) -> Result<RecoverAnswer, AdminError> {
    let what = Recovery {
        merchant: request.merchant_id.as_deref().map(merchant_id).transpose()?,
        since: Timestamp::from_ms(request.since),
        endpoint: request.endpoint_id.as_deref().map(endpoint_id).transpose()?,
        target: target(request.to_endpoint_id.as_deref())?,
    };
    if what.merchant.is_none() && request.to_endpoint_id.is_some() {
        return Err(AdminError::TargetOfNobody);
    }
    let mut after = request.after.as_deref().map(delivery_id).transpose()?;
    let mut answer = RecoverAnswer { resent: 0, left: 0, next: None };
    for _ in 0..RECOVER_STEPS_MAX {
        let now = platform.business_now();
        let step =
            platform.write("webhook_recover", move |tx, _| operator::recover_deliveries(tx, caller, &what, after, now));
        let step = step.await?.map_err(WebhookError::from)?;
        answer.resent += step.resent;
        answer.left += step.left;
        answer.next = step.next.map(|next| next.to_string());
        after = step.next;
        if after.is_none() {
            break;
        }
    }
    Ok(answer)
}
