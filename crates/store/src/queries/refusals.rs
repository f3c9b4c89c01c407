//! Refused calls, kept for the owner of the key. Headers and bodies are sealed by the caller.

use countersign_domain::Timestamp;
use countersign_domain::id::{ApiKeyId, MerchantId};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT api_key_id, sequence, merchant_id, path, received_at, code, explanation, source, address, body_length",
            $more,
            " FROM refusals WHERE api_key_id = $1 AND merchant_id = $2 ",
            $rest
        )
    };
}

statements! {
    LAST = "refusal_last": "SELECT CAST(COALESCE(MAX(sequence), 0) AS BIGINT) FROM refusals WHERE api_key_id = $1";
    INSERT = "refusal_insert":
        "INSERT INTO refusals (api_key_id, sequence, merchant_id, path, received_at, code, explanation, source, address, body_length, sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    FORGET = "refusals_forget": "DELETE FROM refusals WHERE api_key_id = $1 AND sequence <= $2";
    OF_KEY = "refusals_of_key": select!("", "ORDER BY sequence DESC LIMIT $3");
    GET = "refusal_get": select!(", sealed", "AND sequence = $3");
}

/// What may be read of a refused call without opening anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalFacts {
    /// The key that signed it, or claimed to.
    pub api_key_id: ApiKeyId,
    /// Which of the key's refusals; counted up.
    pub sequence: i64,
    /// Whose key.
    pub merchant_id: MerchantId,
    /// The called path.
    pub path: String,
    /// When it came, by the wall clock.
    pub received_at: Timestamp,
    /// The result code's digits.
    pub code: String,
    /// The explanation known at once.
    pub explanation: String,
    /// The page or decision behind it.
    pub source: String,
    /// From which address it came.
    pub address: String,
    /// How long the body was, in bytes; `None` where it was not read.
    pub body_length: Option<i64>,
}

fn decode(row: &Row) -> Result<RefusalFacts, StoreError> {
    Ok(RefusalFacts {
        api_key_id: ApiKeyId::new(row.int(0)?),
        sequence: row.int(1)?,
        merchant_id: MerchantId::new(row.int(2)?),
        path: row.text(3)?.to_owned(),
        received_at: decode::timestamp(row, 4)?,
        code: row.text(5)?.to_owned(),
        explanation: row.text(6)?.to_owned(),
        source: row.text(7)?.to_owned(),
        address: row.text(8)?.to_owned(),
        body_length: row.opt_int(9)?,
    })
}

/// The number of the key's newest refusal, zero before the first.
pub fn last_sequence(tx: &mut dyn ReadTx, key: ApiKeyId) -> Result<i64, StoreError> {
    tx.query_one(&LAST, &[key.get().into()])?.int(0)
}

/// Inserts one; false where another node took its number.
pub fn insert(tx: &mut dyn WriteTx, facts: &RefusalFacts, sealed: &[u8]) -> Result<bool, StoreError> {
    let changed = tx.execute(
        &INSERT,
        &[
            facts.api_key_id.get().into(),
            facts.sequence.into(),
            facts.merchant_id.get().into(),
            facts.path.as_str().into(),
            facts.received_at.ms().into(),
            facts.code.as_str().into(),
            facts.explanation.as_str().into(),
            facts.source.as_str().into(),
            facts.address.as_str().into(),
            facts.body_length.into(),
            sealed.into(),
        ],
    )?;
    Ok(changed == 1)
}

/// Forgets a key's refusals up to and with a number; tells how many there were.
pub fn forget_until(tx: &mut dyn WriteTx, key: ApiKeyId, sequence: i64) -> Result<u64, StoreError> {
    tx.execute(&FORGET, &[key.get().into(), sequence.into()])
}

/// The refusals of a merchant's key, newest first, at most `limit`; none where the key is not the merchant's.
pub fn of_key(
    tx: &mut dyn ReadTx,
    (merchant, key): (MerchantId, ApiKeyId),
    limit: i64,
) -> Result<Vec<RefusalFacts>, StoreError> {
    tx.query(&OF_KEY, &[key.get().into(), merchant.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// One refusal of a merchant's key with what is sealed of it.
pub fn get(
    tx: &mut dyn ReadTx,
    (merchant, key): (MerchantId, ApiKeyId),
    sequence: i64,
) -> Result<Option<(RefusalFacts, Vec<u8>)>, StoreError> {
    let row = tx.query_opt(&GET, &[key.get().into(), merchant.get().into(), sequence.into()])?;
    row.map(|row| Ok((decode(&row)?, row.blob(10)?.to_vec()))).transpose()
}
