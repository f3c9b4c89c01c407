//! Movements between a merchant's own wallets.

use countersign_domain::id::{ApiKeyId, AuthorizationId, MerchantId, TransferId, WalletTransferId};
use countersign_domain::wallet_transfer::{Direction, WalletTransfer};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, merchant_id, request_id, api_key_id, authorization_id, direction, currency, amount_minor, amount_sent,
             created_at FROM wallet_transfers ",
            $rest
        )
    };
}

statements! {
    INSERT = "wallet_transfer_insert":
        "INSERT INTO wallet_transfers (id, merchant_id, request_id, api_key_id, authorization_id, direction, currency, amount_minor,
         amount_sent, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    BY_REQUEST = "wallet_transfer_by_request": select!("WHERE merchant_id = $1 AND request_id = $2");
    PAGE = "wallet_transfers_page": select!("WHERE id > $1 ORDER BY id LIMIT $2");
    UNCAUSED = "wallet_transfers_uncaused":
        "SELECT t.id FROM ledger_transfers t LEFT JOIN wallet_transfers w ON w.id = t.reference
         WHERE t.kind = 'WALLET_TRANSFER' AND w.id IS NULL ORDER BY t.id LIMIT $1";
}

const DIRECTIONS: &[(&str, Direction)] = &[("TO_SPOT", Direction::ToSpot), ("TO_FUNDING", Direction::ToFunding)];

fn decode(row: &Row) -> Result<WalletTransfer, StoreError> {
    Ok(WalletTransfer {
        id: WalletTransferId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        request_id: row.text(2)?.to_owned(),
        api_key_id: ApiKeyId::new(row.int(3)?),
        authorization_id: row.opt_int(4)?.map(AuthorizationId::new),
        direction: decode::named(row, 5, DIRECTIONS)?,
        amount: decode::amount(row, 6, 7)?,
        amount_sent: row.text(8)?.to_owned(),
        created_at: decode::timestamp(row, 9)?,
    })
}

/// Inserts a new one; false where its id, or the merchant's own id for it, is taken.
pub fn insert(tx: &mut dyn WriteTx, new: &WalletTransfer) -> Result<bool, StoreError> {
    let changed = tx.execute(
        &INSERT,
        &[
            new.id.get().into(),
            new.merchant_id.get().into(),
            new.request_id.as_str().into(),
            new.api_key_id.get().into(),
            new.authorization_id.map(AuthorizationId::get).into(),
            decode::name_of(new.direction, DIRECTIONS).into(),
            new.amount.currency().code().into(),
            new.amount.minor().into(),
            new.amount_sent.as_str().into(),
            new.created_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The one that `merchant` knows by this id.
pub fn by_request(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    request_id: &str,
) -> Result<Option<WalletTransfer>, StoreError> {
    let row = tx.query_opt(&BY_REQUEST, &[merchant.get().into(), request_id.into()])?;
    row.as_ref().map(decode).transpose()
}

/// The next `limit` after `after`, by id, for proofs.
pub fn page(tx: &mut dyn ReadTx, after: WalletTransferId, limit: i64) -> Result<Vec<WalletTransfer>, StoreError> {
    tx.query(&PAGE, &[after.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// At most `limit` transfers of the ledger that say that they are such a movement while there is none, for proofs.
pub fn uncaused(tx: &mut dyn ReadTx, limit: i64) -> Result<Vec<TransferId>, StoreError> {
    tx.query(&UNCAUSED, &[limit.into()])?.iter().map(|row| row.int(0).map(TransferId::new)).collect()
}
