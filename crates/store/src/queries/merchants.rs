//! Merchants of every kind, and which providers a merchant does not want to hear from.

use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_domain::merchant::{Merchant, MerchantKind, MerchantStatus};
use countersign_domain::money::PartsPerMillion;

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

statements! {
    INSERT = "merchant_insert":
        "INSERT INTO merchants (id, kind, name, status, allowed_scopes, fee_share_ppm, commission_ppm, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING";
    GET = "merchant_get":
        "SELECT id, kind, name, status, allowed_scopes, fee_share_ppm, commission_ppm, created_at FROM merchants WHERE id = $1";
    LOCK = "merchant_lock":
        "SELECT id, kind, name, status, allowed_scopes, fee_share_ppm, commission_ppm, created_at FROM merchants WHERE id = $1 {for_update}";
    PAGE = "merchants_page": "SELECT id FROM merchants WHERE id > $1 ORDER BY id LIMIT $2";
    UPDATE = "merchant_update":
        "UPDATE merchants SET status = $1, allowed_scopes = $2, fee_share_ppm = $3, commission_ppm = $4 WHERE id = $5";
    BLOCK = "provider_block":
        "INSERT INTO blocked_providers (merchant_id, provider_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (merchant_id, provider_id) DO NOTHING";
    UNBLOCK = "provider_unblock": "DELETE FROM blocked_providers WHERE merchant_id = $1 AND provider_id = $2";
    IS_BLOCKED = "provider_is_blocked": "SELECT created_at FROM blocked_providers WHERE merchant_id = $1 AND provider_id = $2";
    BLOCKS = "provider_blocks":
        "SELECT m.id, m.name, b.created_at FROM blocked_providers b JOIN merchants m ON m.id = b.provider_id
         WHERE b.merchant_id = $1 ORDER BY b.created_at DESC, m.id LIMIT $2";
}

/// A provider that a merchant blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The provider.
    pub provider_id: MerchantId,
    /// Its name.
    pub provider_name: String,
    /// Since when.
    pub since: Timestamp,
}

pub(super) const STATUSES: &[(&str, MerchantStatus)] =
    &[("ACTIVE", MerchantStatus::Active), ("FROZEN", MerchantStatus::Frozen)];

fn decode(row: &Row) -> Result<Merchant, StoreError> {
    let kind = match row.text(1)? {
        "PLAIN" => MerchantKind::Plain,
        "PROVIDER" => {
            MerchantKind::Provider { allowed_scopes: decode::scopes(row, 4)?, fee_share: decode::rate(row, 5)? }
        }
        "PARTNER" => MerchantKind::Partner,
        _ => return Err(row.corrupt(1, "a kind of merchant", "another text")),
    };
    Ok(Merchant {
        id: MerchantId::new(row.int(0)?),
        kind,
        name: row.text(2)?.to_owned(),
        status: decode::named(row, 3, STATUSES)?,
        commission: decode::rate(row, 6)?,
        created_at: decode::timestamp(row, 7)?,
    })
}

fn kind_columns(merchant: &Merchant) -> (&'static str, i64, i64) {
    match merchant.kind {
        MerchantKind::Plain => ("PLAIN", 0, PartsPerMillion::ZERO.get()),
        MerchantKind::Provider { allowed_scopes, fee_share } => ("PROVIDER", allowed_scopes.bits(), fee_share.get()),
        MerchantKind::Partner => ("PARTNER", 0, PartsPerMillion::ZERO.get()),
    }
}

/// Whether the kind in `column` is that of a channel partner.
pub(super) fn is_partner(row: &Row, column: usize) -> Result<bool, StoreError> {
    Ok(row.text(column)? == "PARTNER")
}

/// Inserts a merchant; false where the number is taken.
pub fn insert(tx: &mut dyn WriteTx, merchant: &Merchant) -> Result<bool, StoreError> {
    let (kind, allowed_scopes, fee_share) = kind_columns(merchant);
    let changed = tx.execute(
        &INSERT,
        &[
            merchant.id.get().into(),
            kind.into(),
            merchant.name.as_str().into(),
            decode::name_of(merchant.status, STATUSES).into(),
            allowed_scopes.into(),
            fee_share.into(),
            merchant.commission.get().into(),
            merchant.created_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The merchant with this number.
pub fn get(tx: &mut dyn ReadTx, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The numbers of merchants of every kind above `after`, in their order, at most `limit`.
pub fn ids_after(tx: &mut dyn ReadTx, after: MerchantId, limit: i64) -> Result<Vec<MerchantId>, StoreError> {
    tx.query(&PAGE, &[after.get().into(), limit.into()])?.iter().map(|row| row.int(0).map(MerchantId::new)).collect()
}

/// The merchant with this number, locked. Only what changes the merchant itself takes this lock.
pub fn lock(tx: &mut dyn WriteTx, id: MerchantId) -> Result<Option<Locked<Merchant>>, StoreError> {
    tx.query_opt(&LOCK, &[id.get().into()])?.as_ref().map(|row| decode(row).map(Locked::new)).transpose()
}

/// Writes what can change of a merchant.
pub fn update(tx: &mut dyn WriteTx, merchant: &Locked<Merchant>) -> Result<(), StoreError> {
    let (_, allowed_scopes, fee_share) = kind_columns(merchant);
    let status = decode::name_of(merchant.status, STATUSES);
    tx.execute_one(
        &UPDATE,
        &[
            status.into(),
            allowed_scopes.into(),
            fee_share.into(),
            merchant.commission.get().into(),
            merchant.id.get().into(),
        ],
    )
}

/// Blocks `provider` for `merchant`; blocking twice is the same as once.
pub fn block_provider(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    provider: MerchantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&BLOCK, &[merchant.get().into(), provider.get().into(), now.ms().into()]).map(|_| ())
}

/// Unblocks `provider`; tells whether it was blocked.
pub fn unblock_provider(tx: &mut dyn WriteTx, merchant: MerchantId, provider: MerchantId) -> Result<bool, StoreError> {
    Ok(tx.execute(&UNBLOCK, &[merchant.get().into(), provider.get().into()])? == 1)
}

/// Whether `merchant` blocks `provider`.
pub fn blocks_provider(tx: &mut dyn ReadTx, merchant: MerchantId, provider: MerchantId) -> Result<bool, StoreError> {
    Ok(tx.query_opt(&IS_BLOCKED, &[merchant.get().into(), provider.get().into()])?.is_some())
}

/// What `merchant` blocks and since when, newest first, at most `limit`.
pub fn blocks(tx: &mut dyn ReadTx, merchant: MerchantId, limit: i64) -> Result<Vec<Block>, StoreError> {
    let rows = tx.query(&BLOCKS, &[merchant.get().into(), limit.into()])?;
    rows.iter()
        .map(|row| {
            let provider_id = MerchantId::new(row.int(0)?);
            Ok(Block { provider_id, provider_name: row.text(1)?.to_owned(), since: decode::timestamp(row, 2)? })
        })
        .collect()
}
