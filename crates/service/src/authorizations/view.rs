//! Authorizations as they are shown: to the provider over the wire with its token, to people on pages without.

use countersign_domain::authorization::{Authorization, StateName};
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::merchant::{Merchant, MerchantKind};
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_store::queries::{authorizations, merchants};
use countersign_store::{ReadTx, StoreError};
use secrecy::ExposeSecret;
use thiserror::Error;

use super::AuthorizationToken;
use crate::authority::{self, AuthorityError, Caller};
use crate::platform::Platform;

/// The five states that the wire names (`decisions.md` row 19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireStatus {
    /// Waits for the merchant.
    Pending,
    /// In force.
    Authorized,
    /// Refused.
    Rejected,
    /// Withdrawn or paused.
    Disabled,
    /// Over.
    Expired,
}

/// One record with what is shown beside it.
#[derive(Clone)]
pub struct AuthorizationView {
    /// The record.
    pub record: Authorization,
    /// The provider's name.
    pub provider_name: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// Its status as the wire names it.
    pub status: WireStatus,
    /// What is granted, or asked for where nothing was granted.
    pub scopes: ScopeSet,
    /// From where, likewise.
    pub addresses: AddressList,
    /// The grant that this record would change or has changed.
    pub changes: Option<Box<Authorization>>,
}

/// Why records were not shown.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The caller is no provider (`decisions.md` row 53).
    #[error("the caller is not a technical service provider")]
    NotAProvider,
    /// No record with that merchant (`decisions.md` row 20).
    #[error("there is no record with this merchant")]
    Unknown,
    /// The token cannot be opened with this master key.
    #[error("the token cannot be opened: {0}")]
    Sealed(#[from] countersign_crypto::OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn wire_status(state: StateName) -> WireStatus {
    match state {
        StateName::Pending => WireStatus::Pending,
        StateName::Authorized => WireStatus::Authorized,
        StateName::Frozen | StateName::Disabled => WireStatus::Disabled,
        StateName::Rejected => WireStatus::Rejected,
        StateName::Expired | StateName::Applied => WireStatus::Expired,
    }
}

fn view(tx: &mut dyn ReadTx, record: Authorization, now: Timestamp) -> Result<AuthorizationView, StoreError> {
    let changes = match record.changes {
        None => None,
        Some(id) => authorizations::get(tx, id)?.map(Box::new),
    };
    // A change that was agreed to is as alive as the grant that holds it.
    let state = match (record.state_at(now), &changes) {
        (StateName::Applied, Some(grant)) => grant.state_at(now),
        (state, _) => state,
    };
    let grant = record.state.grant();
    let scopes = grant.map_or(record.request.scopes, |grant| grant.scopes);
    let addresses = grant.map_or_else(|| record.request.addresses.clone(), |grant| grant.addresses.clone());
    let mut name = |id| Ok::<_, StoreError>(merchants::get(tx, id)?.map(|merchant| merchant.name).unwrap_or_default());
    let (provider_name, merchant_name) = (name(record.provider_id)?, name(record.merchant_id)?);
    Ok(AuthorizationView {
        record,
        provider_name,
        merchant_name,
        status: wire_status(state),
        scopes,
        addresses,
        changes,
    })
}

/// Records with what is shown beside them.
pub fn views(
    tx: &mut dyn ReadTx,
    records: Vec<Authorization>,
    now: Timestamp,
) -> Result<Vec<AuthorizationView>, StoreError> {
    records.into_iter().map(|record| view(tx, record, now)).collect()
}

/// The caller, which must be a provider.
pub fn of_provider(tx: &mut dyn ReadTx, caller: &Caller) -> Result<Merchant, RecordError> {
    authority::authorize_own(tx, caller)?;
    let merchant = merchants::get(tx, caller.merchant_id)?.ok_or(RecordError::NotAProvider)?;
    match merchant.kind {
        MerchantKind::Provider { .. } => Ok(merchant),
        MerchantKind::Plain | MerchantKind::Partner => Err(RecordError::NotAProvider),
    }
}

/// The record of one merchant: the one in force if there is one, else the newest (`decisions.md` row 20).
pub fn record(
    tx: &mut dyn ReadTx,
    caller: &Caller,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<AuthorizationView, RecordError> {
    let provider = of_provider(tx, caller)?.id;
    let in_force = authorizations::living_grant(tx, provider, merchant)?
        .filter(|grant| grant.state_at(now) == StateName::Authorized);
    let record = match in_force {
        Some(grant) => Some(grant),
        None => authorizations::newest(tx, provider, merchant)?,
    };
    Ok(view(tx, record.ok_or(RecordError::Unknown)?, now)?)
}

/// One page of a provider's records, newest first.
pub struct RecordPage {
    /// How many records there are in all.
    pub total: i64,
    /// The records of this page.
    pub rows: Vec<AuthorizationView>,
}

/// Page `page` (from 1) of `rows` records, of one merchant where given.
pub fn record_page(
    tx: &mut dyn ReadTx,
    caller: &Caller,
    merchant: Option<MerchantId>,
    (page, rows): (i64, i64),
    now: Timestamp,
) -> Result<RecordPage, RecordError> {
    let provider = of_provider(tx, caller)?.id;
    let total = authorizations::count(tx, provider, merchant)?;
    let skip = page.saturating_sub(1).saturating_mul(rows);
    let records =
        if skip >= total { Vec::new() } else { authorizations::numbered_page(tx, provider, merchant, skip, rows)? };
    Ok(RecordPage { total, rows: views(tx, records, now)? })
}

/// Opens the token that goes with a record: its own, or that of the grant that it would change.
pub fn open_token(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    token_of: AuthorizationId,
) -> Result<AuthorizationToken, RecordError> {
    let sealed = authorizations::sealed_token(tx, token_of)?.ok_or(RecordError::Unknown)?;
    let opened = platform.keys.open(AuthorizationToken::purpose(token_of).as_bytes(), &sealed)?;
    let text = String::from_utf8_lossy(opened.expose_secret()).into_owned();
    Ok(AuthorizationToken::opened(text))
}
