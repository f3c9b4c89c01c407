//! The log of deliveries, a merchant's or everybody's, and sending again.

use countersign_domain::Timestamp;
use countersign_domain::admin_key::Capability;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_domain::ledger::Owner;
use countersign_store::queries::outbox;
use countersign_store::{ReadTx, StoreError, WriteTx};
use serde_json::json;

use super::super::account::audit_chain;
use super::super::authority::{Caller, ReadError, authorize};
use super::{Act, WebhookError, WebhookRefused, carry_out, check_merchant};
use crate::deliveries::{self, Listed, LogFilter, Recovered, Recovery, Resend, Shown};
use crate::platform::Platform;

/// A page of the log, as [`deliveries::list`] has it.
pub fn list_deliveries(
    tx: &mut dyn ReadTx,
    caller: Caller,
    filter: &LogFilter,
    (before, limit): (Option<OutboxId>, i64),
) -> Result<Listed, ReadError> {
    authorize::<ReadError>(tx, caller, Capability::WebhookRead)?;
    filter.merchant.map_or(Ok(()), |merchant| check_merchant(tx, merchant))?;
    Ok(deliveries::list(tx, filter, before, limit)?)
}

/// One message with all its tries; `None` where there is none such.
pub fn show_delivery(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    caller: Caller,
    id: OutboxId,
) -> Result<Option<Shown>, ReadError> {
    authorize::<ReadError>(tx, caller, Capability::WebhookRead)?;
    Ok(deliveries::show(tx, platform, None, id)?)
}

/// Sends one message again, as [`deliveries::resend`] does.
pub fn resend_delivery(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    caller: Caller,
    which: &Resend,
    now: Timestamp,
) -> Result<Result<(), WebhookRefused>, WebhookError> {
    let message = outbox::get(tx, which.message)?;
    let act = Act {
        capability: Capability::WebhookResend,
        action: "webhook_redeliver",
        chain: message.map_or(PLATFORM_OWNER, |message| message.merchant_id.get()),
        about: json!({ "message": which.message.get() }),
    };
    let who = (caller.actor(), now);
    carry_out(tx, (caller, now), &act, |tx| Ok(deliveries::resend(tx, platform, which, who)?))
}

/// One step of sending again what failed, as [`deliveries::recover`] does it.
pub fn recover_deliveries(
    tx: &mut dyn WriteTx,
    caller: Caller,
    what: &Recovery,
    after: Option<OutboxId>,
    now: Timestamp,
) -> Result<Result<Recovered, WebhookRefused>, WebhookError> {
    let act = Act {
        capability: Capability::WebhookResend,
        action: "webhook_recover",
        chain: chain_of(tx, what.merchant)?,
        about: json!({ "merchant": what.merchant, "since": what.since.ms(), "endpoint": what.endpoint, "target": what.target }),
    };
    carry_out(tx, (caller, now), &act, |tx| {
        if let Some(merchant) = what.merchant {
            check_merchant(tx, merchant).map_err(|error| match error {
                ReadError::Store(error) => WebhookError::Store(error),
                ReadError::Denied(denied) => denied.into(),
                ReadError::UnknownAccount => WebhookRefused::UnknownMerchant.into(),
            })?;
        }
        Ok(deliveries::recover(tx, what, after, (caller.actor(), now))?)
    })
}

fn chain_of(tx: &mut dyn ReadTx, merchant: Option<MerchantId>) -> Result<i64, StoreError> {
    merchant.map_or(Ok(PLATFORM_OWNER), |merchant| audit_chain(tx, Owner::Merchant(merchant)))
}
