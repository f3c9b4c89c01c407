//! Refunds.

use countersign_domain::id::{AuthorizationId, MerchantId, OrderId, PayerId, RefundId, TransferId};
use countersign_domain::order::OnBehalf;
use countersign_domain::refund::{Figures, Refund, RefundState, RefundTerms};
use countersign_domain::{Amount, Currency};

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, merchant_id, request_id, order_id, payer_id, payer_open_id, provider_id, authorization_id, asked_by_key_id, asked_by_user_id, currency,
             asked_minor, reason, webhook_url, amount_minor, commission_minor, share_minor, refunded_minor, refunded_commission_minor, attempts_left,
             accepted_at, state, hold_id, transfer_id, arrived_at FROM refunds ",
            $rest
        )
    };
}

statements! {
    INSERT = "refund_insert":
        "INSERT INTO refunds (id, merchant_id, request_id, order_id, payer_id, payer_open_id, provider_id, authorization_id, asked_by_key_id, asked_by_user_id, currency,
         asked_minor, reason, webhook_url, amount_minor, commission_minor, share_minor, refunded_minor, refunded_commission_minor,
         attempts_left, accepted_at, state, hold_id, transfer_id, arrived_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
         ON CONFLICT DO NOTHING";
    GET = "refund_get": select!("WHERE id = $1");
    LOCK = "refund_lock": select!("WHERE id = $1 {for_update}");
    BY_REQUEST_ID = "refund_by_request_id": select!("WHERE merchant_id = $1 AND request_id = $2");
    HELD_FOR_PAYER = "refunds_held_for_payer":
        select!("WHERE payer_id = $1 AND state = 'PENDING' AND id > $2 ORDER BY id LIMIT $3");
    COUNT_HELD_FOR_PAYER = "refunds_count_held_for_payer":
        "SELECT COUNT(*) FROM refunds WHERE payer_id = $1 AND state = 'PENDING'";
    COUNT_HELD_OF_MERCHANT = "refunds_count_held_of_merchant":
        "SELECT COUNT(*) FROM refunds WHERE merchant_id = $1 AND state = 'PENDING'";
    SUM_HELD_OF_MERCHANT = "refunds_sum_held_of_merchant":
        "SELECT CAST(SUM(amount_minor) AS BIGINT) FROM refunds
         WHERE merchant_id = $1 AND currency = $2 AND state = 'PENDING'";
    UPDATE = "refund_update": "UPDATE refunds SET state = $1, hold_id = $2, transfer_id = $3, arrived_at = $4 WHERE id = $5";
    OF_ORDERS = "refunds_of_orders":
        select!("WHERE order_id > $1 AND order_id <= $2 ORDER BY order_id, attempts_left DESC");
    UNTOLD = "refund_transfers_untold":
        "SELECT t.id FROM ledger_transfers t LEFT JOIN refunds r ON r.id = t.reference
         WHERE t.id > $1 AND t.id <= $2 AND t.kind IN ('ORDER_REFUND', 'ORDER_REFUND_HOLD') AND r.id IS NULL ORDER BY t.id LIMIT $3";
}

// Where the groups of columns begin.
const INITIATOR: usize = 8;
const CURRENCY: usize = 10;
const FIGURES: usize = 14;
const STATE: usize = 21;

const PENDING: &str = "PENDING";
const SUCCEEDED: &str = "SUCCEEDED";

fn text(row: &Row, column: usize) -> Result<Option<String>, StoreError> {
    Ok(row.opt_text(column)?.map(str::to_owned))
}

fn transfer(row: &Row, column: usize) -> Result<TransferId, StoreError> {
    row.int(column).map(TransferId::new)
}

fn figures(row: &Row) -> Result<Figures, StoreError> {
    let amount = |column| decode::amount(row, CURRENCY, column);
    let attempts_left = u32::try_from(row.int(FIGURES + 5)?);
    Ok(Figures {
        amount: amount(FIGURES)?,
        commission: amount(FIGURES + 1)?,
        share: amount(FIGURES + 2)?,
        refunded: amount(FIGURES + 3)?,
        refunded_commission: amount(FIGURES + 4)?,
        attempts_left: attempts_left.map_err(|_| row.corrupt(FIGURES + 5, "a small count", "another number"))?,
    })
}

fn state(row: &Row) -> Result<RefundState, StoreError> {
    Ok(match row.text(STATE)? {
        PENDING => RefundState::Pending { hold_id: transfer(row, STATE + 1)? },
        SUCCEEDED => RefundState::Succeeded {
            at: decode::timestamp(row, STATE + 3)?,
            transfer_id: transfer(row, STATE + 2)?,
            hold_id: row.opt_int(STATE + 1)?.map(TransferId::new),
        },
        _ => return Err(row.corrupt(STATE, "a state of refunds", "another text")),
    })
}

fn decode(row: &Row) -> Result<Refund, StoreError> {
    let on_behalf = match (row.opt_int(6)?, row.opt_int(7)?) {
        (Some(provider), Some(authorization)) => Some(OnBehalf {
            provider_id: MerchantId::new(provider),
            authorization_id: AuthorizationId::new(authorization),
        }),
        _ => None,
    };
    Ok(Refund {
        id: RefundId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        request_id: row.text(2)?.to_owned(),
        terms: RefundTerms {
            order_id: OrderId::new(row.int(3)?),
            amount: decode::amount(row, CURRENCY, CURRENCY + 1)?,
            reason: text(row, CURRENCY + 2)?,
            webhook_url: text(row, CURRENCY + 3)?,
        },
        on_behalf,
        initiator: decode::initiator(row, INITIATOR)?
            .ok_or_else(|| row.corrupt(INITIATOR, "a key or a person", "neither"))?,
        payer_id: PayerId::new(row.int(4)?),
        payer_open_id: row.text(5)?.to_owned(),
        figures: figures(row)?,
        accepted_at: decode::timestamp(row, STATE - 1)?,
        state: state(row)?,
    })
}

/// What of a state stands in the last four columns.
fn columns(state: RefundState) -> (&'static str, Option<i64>, Option<i64>, Option<i64>) {
    match state {
        RefundState::Pending { hold_id } => (PENDING, Some(hold_id.get()), None, None),
        RefundState::Succeeded { at, transfer_id, hold_id } => {
            (SUCCEEDED, hold_id.map(TransferId::get), Some(transfer_id.get()), Some(at.ms()))
        }
    }
}

/// Inserts a refund of an order that is locked; false where its id, or the merchant's number for it, is taken.
pub fn insert(tx: &mut dyn WriteTx, refund: &Refund) -> Result<bool, StoreError> {
    let (terms, figures) = (&refund.terms, &refund.figures);
    let (state, hold_id, transfer_id, arrived_at) = columns(refund.state);
    let (key, user) = decode::initiator_columns(Some(refund.initiator));
    let changed = tx.execute(
        &INSERT,
        &[
            refund.id.get().into(),
            refund.merchant_id.get().into(),
            refund.request_id.as_str().into(),
            terms.order_id.get().into(),
            refund.payer_id.get().into(),
            refund.payer_open_id.as_str().into(),
            refund.on_behalf.map(|by| by.provider_id.get()).into(),
            refund.on_behalf.map(|by| by.authorization_id.get()).into(),
            key.into(),
            user.into(),
            figures.amount.currency().code().into(),
            terms.amount.minor().into(),
            terms.reason.as_deref().into(),
            terms.webhook_url.as_deref().into(),
            figures.amount.minor().into(),
            figures.commission.minor().into(),
            figures.share.minor().into(),
            figures.refunded.minor().into(),
            figures.refunded_commission.minor().into(),
            i64::from(figures.attempts_left).into(),
            refund.accepted_at.ms().into(),
            state.into(),
            hold_id.into(),
            transfer_id.into(),
            arrived_at.into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The refund with this id.
pub fn get(tx: &mut dyn ReadTx, id: RefundId) -> Result<Option<Refund>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The refund with this id, locked. Its order is locked before it.
pub fn lock(tx: &mut dyn WriteTx, id: RefundId) -> Result<Option<Locked<Refund>>, StoreError> {
    tx.query_opt(&LOCK, &[id.get().into()])?.as_ref().map(|row| decode(row).map(Locked::new)).transpose()
}

/// Writes what can change of a refund.
pub fn update(tx: &mut dyn WriteTx, refund: &Locked<Refund>) -> Result<(), StoreError> {
    let (state, hold_id, transfer_id, arrived_at) = columns(refund.state);
    let id = refund.id.get();
    tx.execute_one(&UPDATE, &[state.into(), hold_id.into(), transfer_id.into(), arrived_at.into(), id.into()])
}

/// The refund that `merchant` knows by this number.
pub fn by_request_id(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    request_id: &str,
) -> Result<Option<Refund>, StoreError> {
    tx.query_opt(&BY_REQUEST_ID, &[merchant.get().into(), request_id.into()])?.as_ref().map(decode).transpose()
}

/// Every refund of the orders above `after` up to `last`, those of one order in the order in which they were accepted. An order
/// has at most [`REFUND_ATTEMPTS_MAX`](countersign_domain::order::REFUND_ATTEMPTS_MAX).
pub fn of_orders(tx: &mut dyn ReadTx, (after, last): (OrderId, OrderId)) -> Result<Vec<Refund>, StoreError> {
    tx.query(&OF_ORDERS, &[after.get().into(), last.get().into()])?.iter().map(decode).collect()
}

/// Refunds above `after` that are held for a payer, by their ids.
pub fn held_for_payer(
    tx: &mut dyn ReadTx,
    payer: PayerId,
    after: RefundId,
    limit: i64,
) -> Result<Vec<Refund>, StoreError> {
    let rows = tx.query(&HELD_FOR_PAYER, &[payer.get().into(), after.get().into(), limit.into()])?;
    rows.iter().map(decode).collect()
}

/// How many refunds are held for a payer.
pub fn count_held_for_payer(tx: &mut dyn ReadTx, payer: PayerId) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_HELD_FOR_PAYER, &[payer.get().into()])?.int(0)
}

/// How many refunds of a merchant are held, for whichever payers.
pub fn count_held_of_merchant(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_HELD_OF_MERCHANT, &[merchant.get().into()])?.int(0)
}

/// What a merchant's held refunds in one currency come to.
pub fn sum_held_of_merchant(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    currency: Currency,
) -> Result<Amount, StoreError> {
    let row = tx.query_one(&SUM_HELD_OF_MERCHANT, &[merchant.get().into(), currency.code().into()])?;
    // The sum of no rows is NULL.
    Ok(Amount::from_minor(row.opt_int(0)?.unwrap_or(0), currency))
}

/// Transfers above `after` up to `last` that say that they are of a refund, and that no refund knows; at most `limit`.
pub fn untold(
    tx: &mut dyn ReadTx,
    (after, last): (TransferId, TransferId),
    limit: i64,
) -> Result<Vec<TransferId>, StoreError> {
    let rows = tx.query(&UNTOLD, &[after.get().into(), last.get().into(), limit.into()])?;
    rows.iter().map(|row| row.int(0).map(TransferId::new)).collect()
}
