//! What the platform takes of payments to a merchant, as the operator sets it.

use countersign_domain::commission::CommissionSchedule;
use countersign_domain::id::MerchantId;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::{Amount, Currency, Timestamp, audit::PLATFORM_OWNER};
use countersign_store::queries::{commission_schedules, merchants};
use countersign_store::{ReadTx, StoreError, WriteTx};
use serde_json::json;

use crate::accounts::AccountError;
use crate::audit::{self, Actor};

/// The terms of one merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The part of payments in currencies without a schedule.
    pub default_rate: PartsPerMillion,
    /// The schedules, by currency code.
    pub schedules: Vec<CommissionSchedule>,
}

/// Sets a merchant's terms in the schedule's currency in the place of any before them. They count for payments from now on:
/// what was paid keeps its commission.
pub fn set(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    schedule: &CommissionSchedule,
    (actor, now): (Actor, Timestamp),
) -> Result<(), AccountError> {
    merchants::lock(tx, merchant)?.ok_or(AccountError::UnknownMerchant)?;
    commission_schedules::put(tx, merchant, schedule, now)?;
    let detail = json!({
        "merchant": merchant.get(),
        "currency": schedule.currency(),
        "ratePpm": schedule.rate().get(),
        "minimum": schedule.minimum().to_string(),
        "cap": schedule.cap().map(|cap| cap.to_string()),
    });
    Ok(audit::record(tx, PLATFORM_OWNER, actor, ("commission_set", &detail), now)?)
}

/// Removes a merchant's terms in a currency, which then has the merchant's own rate; tells whether there were any.
pub fn remove(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    currency: Currency,
    (actor, now): (Actor, Timestamp),
) -> Result<bool, AccountError> {
    merchants::lock(tx, merchant)?.ok_or(AccountError::UnknownMerchant)?;
    let removed = commission_schedules::remove(tx, merchant, currency)?;
    if removed {
        let detail = json!({ "merchant": merchant.get(), "currency": currency });
        audit::record(tx, PLATFORM_OWNER, actor, ("commission_remove", &detail), now)?;
    }
    Ok(removed)
}

/// A merchant's terms.
pub fn of_merchant(tx: &mut dyn ReadTx, id: MerchantId) -> Result<Terms, AccountError> {
    let merchant = merchants::get(tx, id)?.ok_or(AccountError::UnknownMerchant)?;
    Ok(Terms { default_rate: merchant.commission, schedules: commission_schedules::of_merchant(tx, id)? })
}

/// What `payment` to a merchant costs it: by its schedule of that currency, else by the rate that stands with it.
pub(crate) fn on_payment(
    tx: &mut dyn ReadTx,
    (merchant, default_rate): (MerchantId, PartsPerMillion),
    payment: Amount,
) -> Result<Amount, StoreError> {
    let own = commission_schedules::get(tx, merchant, payment.currency())?;
    Ok(own.unwrap_or(CommissionSchedule::flat(default_rate, payment.currency())).on(payment))
}
