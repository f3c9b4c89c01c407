//! Sub-merchants of channel partners.

use countersign_domain::id::{MerchantId, SubMerchantId};
use countersign_domain::sub_merchant::{NameKey, SubMerchant, SubMerchantDetails, SubMerchantStatus};

use super::decode;
use super::key::{Key, Side};
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, partner_id, status, details, revision, created_at, updated_at FROM sub_merchants ", $rest)
    };
}

statements! {
    INSERT = "sub_merchant_insert":
        "INSERT INTO sub_merchants (id, partner_id, name, name_key, status, details, revision, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    GET = "sub_merchant_get": select!("WHERE id = $1");
    LOCK = "sub_merchant_lock": select!("WHERE id = $1 {for_update}");
    BY_NAME = "sub_merchant_by_name": select!("WHERE partner_id = $1 AND name_key = $2");
    UPDATE = "sub_merchant_update":
        "UPDATE sub_merchants SET name = $1, name_key = $2, status = $3, details = $4, revision = $5, updated_at = $6
         WHERE id = $7";
    PAGE_BEFORE = "sub_merchants_page_before": select!("WHERE partner_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    PAGE_AFTER = "sub_merchants_page_after": select!("WHERE partner_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    // Names that begin alike lie side by side in the index of names.
    FOUND_BEFORE = "sub_merchants_found_before":
        select!("WHERE partner_id = $1 AND id < $2 AND name_key >= $3 AND name_key < $4 AND (CAST($5 AS TEXT) = '' OR status = $5)
         ORDER BY id DESC LIMIT $6");
    FOUND_AFTER = "sub_merchants_found_after":
        select!("WHERE partner_id = $1 AND id > $2 AND name_key >= $3 AND name_key < $4 AND (CAST($5 AS TEXT) = '' OR status = $5)
         ORDER BY id LIMIT $6");
}

const STATUSES: &[(&str, SubMerchantStatus)] =
    &[("ACTIVE", SubMerchantStatus::Active), ("SUSPENDED", SubMerchantStatus::Suspended)];

fn decode(row: &Row) -> Result<SubMerchant, StoreError> {
    let details: SubMerchantDetails = serde_json::from_str(row.text(3)?)
        .map_err(|_| row.corrupt(3, "a sub-merchant's details as JSON", "other text"))?;
    Ok(SubMerchant {
        id: SubMerchantId::new(row.int(0)?),
        partner_id: MerchantId::new(row.int(1)?),
        status: decode::named(row, 2, STATUSES)?,
        details,
        revision: row.int(4)?,
        created_at: decode::timestamp(row, 5)?,
        updated_at: decode::timestamp(row, 6)?,
    })
}

fn json(details: &SubMerchantDetails) -> String {
    serde_json::to_string(details).expect("details are plain data")
}

/// Inserts a new one; false where its number, or its name under this partner, is taken.
pub fn insert(tx: &mut dyn WriteTx, new: &SubMerchant) -> Result<bool, StoreError> {
    let changed = tx.execute(
        &INSERT,
        &[
            new.id.get().into(),
            new.partner_id.get().into(),
            new.details.name.as_str().into(),
            NameKey::of(&new.details.name).as_str().into(),
            decode::name_of(new.status, STATUSES).into(),
            json(&new.details).as_str().into(),
            new.revision.into(),
            new.created_at.ms().into(),
            new.updated_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The one with this number, whoever's it is.
pub fn get(tx: &mut dyn ReadTx, id: SubMerchantId) -> Result<Option<SubMerchant>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The one with this number, locked.
pub fn lock(tx: &mut dyn WriteTx, id: SubMerchantId) -> Result<Option<Locked<SubMerchant>>, StoreError> {
    tx.query_opt(&LOCK, &[id.get().into()])?.as_ref().map(|row| decode(row).map(Locked::new)).transpose()
}

/// The one that `partner` knows by this name.
pub fn by_name(tx: &mut dyn ReadTx, partner: MerchantId, name: &NameKey) -> Result<Option<SubMerchant>, StoreError> {
    let row = tx.query_opt(&BY_NAME, &[partner.get().into(), name.as_str().into()])?;
    row.as_ref().map(decode).transpose()
}

/// Writes details, status and revision as of `updated_at`. A name that is taken is a violated constraint: look first.
pub fn update(tx: &mut dyn WriteTx, changed: &Locked<SubMerchant>) -> Result<(), StoreError> {
    tx.execute_one(
        &UPDATE,
        &[
            changed.details.name.as_str().into(),
            NameKey::of(&changed.details.name).as_str().into(),
            decode::name_of(changed.status, STATUSES).into(),
            json(&changed.details).as_str().into(),
            changed.revision.into(),
            changed.updated_at.ms().into(),
            changed.id.get().into(),
        ],
    )
}

/// Sub-merchants of a partner next to a key, newest first; only those whose name begins so, and whose status is this one
/// where one is given.
pub fn keyed_page(
    tx: &mut dyn ReadTx,
    partner: MerchantId,
    (begins, status): (&NameKey, Option<SubMerchantStatus>),
    key: Key,
    limit: i64,
) -> Result<Vec<SubMerchant>, StoreError> {
    let partner = partner.get();
    let read = |side, id: i64| {
        if begins.is_empty() && status.is_none() {
            let statement = if side == Side::Older { &PAGE_BEFORE } else { &PAGE_AFTER };
            return tx.query(statement, &[partner.into(), id.into(), limit.into()]);
        }
        let statement = if side == Side::Older { &FOUND_BEFORE } else { &FOUND_AFTER };
        // Texts sort by their bytes, so the last character there is stands behind whatever begins so.
        let end = format!("{}{}", begins.as_str(), char::MAX);
        let status = status.map_or("", |status| decode::name_of(status, STATUSES));
        let range = (begins.as_str().into(), end.as_str().into());
        tx.query(statement, &[partner.into(), id.into(), range.0, range.1, status.into(), limit.into()])
    };
    key.page(read, decode)
}
