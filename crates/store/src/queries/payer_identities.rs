//! Who payers are. What is known of them is stored sealed; this module never sees it open.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::payer_identity::{KycState, PayerKind};

use super::decode;
use crate::{ReadTx, StoreError, WriteTx};

statements! {
    PUT = "payer_identity_put":
        "INSERT INTO payer_identities (payer_id, kind, kyc, sealed, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (payer_id) DO UPDATE SET kind = excluded.kind, kyc = excluded.kyc, sealed = excluded.sealed,
         updated_at = excluded.updated_at";
    GET = "payer_identity_get": "SELECT kind, kyc, sealed FROM payer_identities WHERE payer_id = $1";
}

const KINDS: &[(&str, PayerKind)] = &[("INDIVIDUAL", PayerKind::Individual), ("CORPORATE", PayerKind::Corporate)];
const KYC: &[(&str, KycState)] = &[("INCOMPLETE", KycState::Incomplete), ("COMPLETE", KycState::Complete)];

/// A payer's identity as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredIdentity {
    /// What the payer is.
    pub kind: PayerKind,
    /// How far identification has come.
    pub kyc: KycState,
    /// What it found out, sealed under the master key.
    pub sealed: Vec<u8>,
}

/// Writes a payer's identity, in place of an earlier one.
pub fn put(tx: &mut dyn WriteTx, id: PayerId, identity: &StoredIdentity, now: Timestamp) -> Result<(), StoreError> {
    let StoredIdentity { kind, kyc, sealed } = identity;
    let (kind, kyc) = (decode::name_of(*kind, KINDS), decode::name_of(*kyc, KYC));
    let written =
        tx.execute(&PUT, &[id.get().into(), kind.into(), kyc.into(), sealed.as_slice().into(), now.ms().into()])?;
    assert_eq!(written, 1, "an upsert writes its row");
    Ok(())
}

/// A payer's identity.
pub fn get(tx: &mut dyn ReadTx, id: PayerId) -> Result<Option<StoredIdentity>, StoreError> {
    let Some(row) = tx.query_opt(&GET, &[id.get().into()])? else { return Ok(None) };
    Ok(Some(StoredIdentity {
        kind: decode::named(&row, 0, KINDS)?,
        kyc: decode::named(&row, 1, KYC)?,
        sealed: row.blob(2)?.to_vec(),
    }))
}
