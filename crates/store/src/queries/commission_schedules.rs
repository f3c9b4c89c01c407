//! What the platform takes of payments, per merchant and currency.

use countersign_domain::commission::CommissionSchedule;
use countersign_domain::id::MerchantId;
use countersign_domain::{Amount, Currency, Timestamp};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx};

statements! {
    PUT = "commission_schedule_put":
        "INSERT INTO commission_schedules (merchant_id, currency, rate_ppm, minimum_minor, cap_minor, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (merchant_id, currency) DO UPDATE SET rate_ppm = excluded.rate_ppm, minimum_minor = excluded.minimum_minor,
         cap_minor = excluded.cap_minor, updated_at = excluded.updated_at";
    REMOVE = "commission_schedule_remove": "DELETE FROM commission_schedules WHERE merchant_id = $1 AND currency = $2";
    GET = "commission_schedule_get":
        "SELECT currency, rate_ppm, minimum_minor, cap_minor FROM commission_schedules WHERE merchant_id = $1 AND currency = $2";
    OF_MERCHANT = "commission_schedules_of_merchant":
        "SELECT currency, rate_ppm, minimum_minor, cap_minor FROM commission_schedules WHERE merchant_id = $1 ORDER BY currency";
}

fn decode(row: &Row) -> Result<CommissionSchedule, StoreError> {
    let currency = decode::currency(row, 0)?;
    let amount = |minor| Amount::from_minor(minor, currency);
    CommissionSchedule::new(decode::rate(row, 1)?, amount(row.int(2)?), row.opt_int(3)?.map(amount))
        .map_err(|_| row.corrupt(2, "a minimum of at least zero and a cap of at least the minimum", "other amounts"))
}

/// Writes the terms of a merchant in the schedule's currency in the place of any before them.
pub fn put(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    schedule: &CommissionSchedule,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        &PUT,
        &[
            merchant.get().into(),
            schedule.currency().code().into(),
            schedule.rate().get().into(),
            schedule.minimum().minor().into(),
            schedule.cap().map(Amount::minor).into(),
            now.ms().into(),
        ],
    )
}

/// Removes the terms of a merchant in a currency; tells whether there were any.
pub fn remove(tx: &mut dyn WriteTx, merchant: MerchantId, currency: Currency) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, &[merchant.get().into(), currency.code().into()])? == 1)
}

/// The terms of a merchant in a currency, where it has its own.
pub fn get(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    currency: Currency,
) -> Result<Option<CommissionSchedule>, StoreError> {
    tx.query_opt(&GET, &[merchant.get().into(), currency.code().into()])?.as_ref().map(decode).transpose()
}

/// All the terms that a merchant has of its own, by currency code; at most one for each currency there is.
pub fn of_merchant(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<CommissionSchedule>, StoreError> {
    tx.query(&OF_MERCHANT, &[merchant.get().into()])?.iter().map(decode).collect()
}
