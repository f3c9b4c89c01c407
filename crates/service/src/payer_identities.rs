//! Who payers are: kept sealed, and compared with what a merchant was told (`money.md` §1.9).
//!
//! Whoever asks learns one bit about a payer whose identification is done, and nothing about any other.

use countersign_crypto::OpenError;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::PayerId;
use countersign_domain::payer_identity::{Facts, KycState, PayerIdentity, PayerKind};
use countersign_domain::{Scope, Timestamp};
use countersign_store::queries::payer_identities::{self, StoredIdentity};
use countersign_store::queries::payers;
use countersign_store::{ReadTx, StoreError, WriteTx};
use secrecy::ExposeSecret;
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::authority::{self, AuthorityError, Call, Need};
use crate::platform::{Collides, Platform};

/// Why a payer's identity was not kept or cannot be read.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// There is no such payer.
    #[error("there is no such payer")]
    UnknownPayer,
    /// It is sealed under a master key that is gone.
    #[error("the payer's identity cannot be opened: {0}")]
    Sealed(#[from] OpenError),
    /// What was sealed is of a shape that this program does not know.
    #[error("the payer's identity cannot be read")]
    Shape(#[source] serde_json::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for IdentityError {
    fn is_collision(&self) -> bool {
        false
    }
}

fn purpose(id: PayerId) -> String {
    format!("payer_identity:{id}")
}

/// Writes what identification found out about a payer, in place of what was known before.
pub fn put(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (id, identity): (PayerId, &PayerIdentity),
    (actor, now): (Actor, Timestamp),
) -> Result<(), IdentityError> {
    payers::name(tx, id)?.ok_or(IdentityError::UnknownPayer)?;
    let plain = serde_json::to_vec(&identity.facts).expect("facts are plain data");
    let (kind, kyc) = (identity.facts.kind(), identity.kyc);
    let stored = StoredIdentity { kind, kyc, sealed: platform.seal(&purpose(id), &plain) };
    payer_identities::put(tx, id, &stored, now)?;
    // What was found out stays out of the chain, which is never sealed and never forgotten.
    let detail = json!({ "payer": id.get(), "kyc": format!("{kyc:?}") });
    Ok(audit::record(tx, PLATFORM_OWNER, actor, ("payer_identify", &detail), now)?)
}

/// Who a payer is, where identification has begun.
pub fn get(tx: &mut dyn ReadTx, platform: &Platform, id: PayerId) -> Result<Option<PayerIdentity>, IdentityError> {
    let Some(stored) = payer_identities::get(tx, id)? else { return Ok(None) };
    let plain = platform.keys.open(purpose(id).as_bytes(), &stored.sealed)?;
    let facts = serde_json::from_slice(plain.expose_secret()).map_err(IdentityError::Shape)?;
    Ok(Some(PayerIdentity { kyc: stored.kyc, facts }))
}

/// What a merchant was told of a payer.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The payer; `None` for an id that can be nobody's.
    pub payer_id: Option<PayerId>,
    /// What the payer is said to be.
    pub kind: PayerKind,
    /// What else is said; the kind alone is compared without it.
    pub facts: Option<Facts>,
}

/// Why a claim was not judged.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The caller may not ask.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// There is no payer with this id.
    #[error("there is no such payer")]
    UnknownPayer,
    /// Nothing may be said about a payer whose identification is not done (`decisions.md` row 37).
    #[error("the payer's identification is not complete")]
    Incomplete,
    /// What is known cannot be read.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

/// Whether all of `claim` is what identification found out. A fact that it did not look for is not confirmed.
pub fn verify(tx: &mut dyn ReadTx, platform: &Platform, call: &Call, claim: &Claim) -> Result<bool, VerifyError> {
    authority::authorize(tx, call, Need::scope(Scope::Checkout))?;
    let id = claim.payer_id.ok_or(VerifyError::UnknownPayer)?;
    payers::name(tx, id)?.ok_or(VerifyError::UnknownPayer)?;
    let identity = get(tx, platform, id)?.filter(|identity| identity.kyc == KycState::Complete);
    let known = identity.ok_or(VerifyError::Incomplete)?.facts;
    Ok(match &claim.facts {
        Some(claimed) => known.confirm(claimed),
        None => known.kind() == claim.kind,
    })
}
