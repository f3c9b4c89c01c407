//! Authorization records: requests, change requests and grants.

use countersign_domain::api_key::ApiKeyStatus;
use countersign_domain::authorization::{
    Authorization, AuthorizationState, ExpiryReason, Grant, OrderLimits, Origin, Request, StateName,
};
use countersign_domain::id::{ApiKeyId, AuthorizationId, MerchantId, UserId};
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::{ScopeSet, Timestamp};

use super::key::{Key, Side};
use super::{decode, merchants};
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider_id, merchant_id, changes_id, origin, requested_scopes, requested_addresses, expires_at, state, expiry_reason,
             granted_scopes, granted_addresses, order_limits, ends_at, created_at, decided_at, decided_by, changed_at, revision
             FROM authorizations ",
            $rest
        )
    };
}

statements! {
    INSERT = "authorization_insert":
        "INSERT INTO authorizations (id, provider_id, merchant_id, changes_id, origin, token_hash, token_sealed, requested_scopes,
         requested_addresses, expires_at, state, created_at, changed_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'PENDING', $11, $12, 0) ON CONFLICT DO NOTHING";
    GET = "authorization_get": select!("WHERE id = $1");
    LOCK = "authorization_lock": select!("WHERE id = $1 {for_update}");
    LOCK_PENDING = "authorization_lock_pending": select!("WHERE provider_id = $1 AND merchant_id = $2 AND state = 'PENDING' {for_update}");
    LOCK_GRANT = "authorization_lock_grant":
        select!("WHERE provider_id = $1 AND merchant_id = $2 AND state IN ('AUTHORIZED', 'FROZEN') {for_update}");
    GRANT = "authorization_grant": select!("WHERE provider_id = $1 AND merchant_id = $2 AND state IN ('AUTHORIZED', 'FROZEN')");
    NEWEST = "authorization_newest": select!("WHERE provider_id = $1 AND merchant_id = $2 ORDER BY id DESC LIMIT 1");
    UPDATE = "authorization_update":
        "UPDATE authorizations SET state = $1, expiry_reason = $2, granted_scopes = $3, granted_addresses = $4, order_limits = $5,
         ends_at = $6, decided_at = $7, decided_by = $8, changed_at = $9, revision = $10 WHERE id = $11";
    TOKEN = "authorization_token": "SELECT token_sealed FROM authorizations WHERE id = $1 AND token_sealed IS NOT NULL";
    NUMBERED_OF_PROVIDER = "authorizations_numbered_of_provider":
        select!("WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id DESC) AS position FROM authorizations
         WHERE provider_id = $1) numbered WHERE position > $2 AND position <= $3) ORDER BY id DESC");
    NUMBERED_OF_PAIR = "authorizations_numbered_of_pair":
        select!("WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id DESC) AS position FROM authorizations
         WHERE provider_id = $1 AND merchant_id = $2) numbered WHERE position > $3 AND position <= $4) ORDER BY id DESC");
    OF_PROVIDER_BEFORE = "authorizations_of_provider_before": select!("WHERE provider_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    OF_PROVIDER_AFTER = "authorizations_of_provider_after": select!("WHERE provider_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    PENDING_OF_MERCHANT = "authorizations_pending_of_merchant":
        select!("WHERE merchant_id = $1 AND state = 'PENDING' AND expires_at > $2 ORDER BY id DESC LIMIT $3");
    VENDORS_OF_MERCHANT = "authorizations_vendors_of_merchant":
        select!("WHERE merchant_id = $1 AND changes_id IS NULL
         AND (state IN ('AUTHORIZED', 'FROZEN', 'DISABLED') OR expiry_reason = 'GRANT_ENDED')
         ORDER BY CASE state WHEN 'AUTHORIZED' THEN 0 WHEN 'FROZEN' THEN 1 ELSE 2 END, id DESC LIMIT $2");
    LAST_GRANT = "authorization_last_grant":
        select!("WHERE provider_id = $1 AND merchant_id = $2 AND changes_id IS NULL
         AND (state IN ('AUTHORIZED', 'FROZEN', 'DISABLED') OR expiry_reason = 'GRANT_ENDED') ORDER BY id DESC LIMIT 1");
    COUNT_OF_PROVIDER = "authorizations_count_of_provider": "SELECT COUNT(*) FROM authorizations WHERE provider_id = $1";
    COUNT_OF_PAIR = "authorizations_count_of_pair": "SELECT COUNT(*) FROM authorizations WHERE provider_id = $1 AND merchant_id = $2";
    COUNT_OPEN = "authorizations_count_open": "SELECT COUNT(*) FROM authorizations WHERE provider_id = $1 AND state = 'PENDING' AND expires_at > $2";
    OVERDUE = "authorizations_overdue":
        "SELECT id FROM (SELECT id FROM authorizations WHERE state = 'PENDING' AND expires_at <= $1
         UNION ALL SELECT id FROM authorizations WHERE state IN ('AUTHORIZED', 'FROZEN') AND ends_at IS NOT NULL AND ends_at <= $2) due
         ORDER BY id LIMIT $3";
    NEXT_DUE = "authorizations_next_due":
        "SELECT MIN(due_at) FROM (SELECT MIN(expires_at) AS due_at FROM authorizations WHERE state = 'PENDING'
         UNION ALL SELECT MIN(ends_at) AS due_at FROM authorizations WHERE state IN ('AUTHORIZED', 'FROZEN') AND ends_at IS NOT NULL) due";
    AUTHORITY = "authorization_authority":
        "SELECT a.id, a.merchant_id, a.state, a.granted_scopes, a.granted_addresses, a.order_limits, a.ends_at, p.allowed_scopes, m.status,
         p.status, k.revoked_at, m.kind
         FROM authorizations a JOIN merchants p ON p.id = a.provider_id JOIN merchants m ON m.id = a.merchant_id
         JOIN api_keys k ON k.merchant_id = a.provider_id
         WHERE a.token_hash = $1 AND k.id = $2";
}

const ORIGINS: &[(&str, Origin)] = &[("API", Origin::Api), ("PORTAL", Origin::Portal)];
const STATES: &[(&str, StateName)] = &[
    ("PENDING", StateName::Pending),
    ("AUTHORIZED", StateName::Authorized),
    ("FROZEN", StateName::Frozen),
    ("DISABLED", StateName::Disabled),
    ("REJECTED", StateName::Rejected),
    ("APPLIED", StateName::Applied),
    ("EXPIRED", StateName::Expired),
];
const REASONS: &[(&str, ExpiryReason)] = &[
    ("DEADLINE", ExpiryReason::Deadline),
    ("SUPERSEDED", ExpiryReason::Superseded),
    ("CANCELLED", ExpiryReason::Cancelled),
    ("GRANT_ENDED", ExpiryReason::GrantEnded),
];

/// What a token is worth at this moment, read inside the transaction that acts on it.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The grant's record.
    pub authorization_id: AuthorizationId,
    /// For whom the call acts.
    pub merchant_id: MerchantId,
    /// Where the record stands.
    pub state: StateName,
    /// What was granted; `None` before a grant.
    pub grant: Option<Grant>,
    /// What the operator allows the provider at all.
    pub provider_allowed: ScopeSet,
    /// Whether the merchant may act.
    pub merchant_status: MerchantStatus,
    /// Whether the merchant is a channel partner.
    pub merchant_is_partner: bool,
    /// Whether the provider may act.
    pub provider_status: MerchantStatus,
    /// Whether the key that signed the call may still be used.
    pub key_status: ApiKeyStatus,
}

fn limits(row: &Row, column: usize) -> Result<OrderLimits, StoreError> {
    OrderLimits::from_stored(row.text(column)?).map_err(|_| row.corrupt(column, "limits per order", "other text"))
}

/// The grant that begins at `column`: scopes, addresses, limits, end.
fn grant(row: &Row, column: usize) -> Result<Grant, StoreError> {
    Ok(Grant {
        scopes: decode::scopes(row, column)?,
        addresses: decode::addresses(row, column + 1)?,
        limits: limits(row, column + 2)?,
        ends_at: decode::opt_timestamp(row, column + 3)?,
    })
}

fn state(row: &Row) -> Result<AuthorizationState, StoreError> {
    Ok(match decode::named(row, 8, STATES)? {
        StateName::Pending => AuthorizationState::Pending,
        StateName::Authorized => AuthorizationState::Authorized(grant(row, 10)?),
        StateName::Frozen => AuthorizationState::Frozen(grant(row, 10)?),
        StateName::Disabled => AuthorizationState::Disabled(grant(row, 10)?),
        StateName::Rejected => AuthorizationState::Rejected,
        StateName::Applied => AuthorizationState::Applied,
        StateName::Expired => {
            let ended = if row.opt_int(10)?.is_some() { Some(grant(row, 10)?) } else { None };
            AuthorizationState::Expired(decode::named(row, 9, REASONS)?, ended)
        }
    })
}

fn decode(row: &Row) -> Result<Authorization, StoreError> {
    let decided = match (decode::opt_timestamp(row, 15)?, row.opt_int(16)?) {
        (Some(at), Some(by)) => Some((at, UserId::new(by))),
        _ => None,
    };
    Ok(Authorization {
        id: AuthorizationId::new(row.int(0)?),
        provider_id: MerchantId::new(row.int(1)?),
        merchant_id: MerchantId::new(row.int(2)?),
        changes: row.opt_int(3)?.map(AuthorizationId::new),
        origin: decode::named(row, 4, ORIGINS)?,
        request: Request {
            scopes: decode::scopes(row, 5)?,
            addresses: decode::addresses(row, 6)?,
            expires_at: decode::timestamp(row, 7)?,
        },
        state: state(row)?,
        created_at: decode::timestamp(row, 14)?,
        decided,
        changed_at: decode::timestamp(row, 17)?,
        revision: row.int(18)?,
    })
}

fn decode_opt(row: Option<&Row>) -> Result<Option<Authorization>, StoreError> {
    row.map(decode).transpose()
}

fn decode_locked(row: Option<&Row>) -> Result<Option<Locked<Authorization>>, StoreError> {
    Ok(decode_opt(row)?.map(Locked::new))
}

/// The token of a record in the two forms that are stored.
#[derive(Clone)]
pub struct StoredToken {
    /// Keyed hash, for looking it up.
    pub hash: [u8; 32],
    /// Sealed text, for showing it again.
    pub sealed: Vec<u8>,
}

/// Inserts a pending record; false where its id is taken or the pair has an open request.
pub fn insert(tx: &mut dyn WriteTx, record: &Authorization, token: Option<&StoredToken>) -> Result<bool, StoreError> {
    assert!(record.state == AuthorizationState::Pending, "a record begins as a request");
    let addresses = record.request.addresses.to_stored();
    let changed = tx.execute(
        &INSERT,
        &[
            record.id.get().into(),
            record.provider_id.get().into(),
            record.merchant_id.get().into(),
            record.changes.map(AuthorizationId::get).into(),
            decode::name_of(record.origin, ORIGINS).into(),
            token.map(|token| &token.hash).into(),
            token.map(|token| &token.sealed).into(),
            record.request.scopes.bits().into(),
            addresses.as_str().into(),
            record.request.expires_at.ms().into(),
            record.created_at.ms().into(),
            record.changed_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The record with this id.
pub fn get(tx: &mut dyn ReadTx, id: AuthorizationId) -> Result<Option<Authorization>, StoreError> {
    decode_opt(tx.query_opt(&GET, &[id.get().into()])?.as_ref())
}

/// The record with this id, locked.
pub fn lock(tx: &mut dyn WriteTx, id: AuthorizationId) -> Result<Option<Locked<Authorization>>, StoreError> {
    decode_locked(tx.query_opt(&LOCK, &[id.get().into()])?.as_ref())
}

/// The open request between a pair, locked.
pub fn lock_pending(
    tx: &mut dyn WriteTx,
    provider: MerchantId,
    merchant: MerchantId,
) -> Result<Option<Locked<Authorization>>, StoreError> {
    decode_locked(tx.query_opt(&LOCK_PENDING, &[provider.get().into(), merchant.get().into()])?.as_ref())
}

/// The living grant between a pair, locked.
pub fn lock_grant(
    tx: &mut dyn WriteTx,
    provider: MerchantId,
    merchant: MerchantId,
) -> Result<Option<Locked<Authorization>>, StoreError> {
    decode_locked(tx.query_opt(&LOCK_GRANT, &[provider.get().into(), merchant.get().into()])?.as_ref())
}

/// The living grant between a pair.
pub fn living_grant(
    tx: &mut dyn ReadTx,
    provider: MerchantId,
    merchant: MerchantId,
) -> Result<Option<Authorization>, StoreError> {
    decode_opt(tx.query_opt(&GRANT, &[provider.get().into(), merchant.get().into()])?.as_ref())
}

/// The newest record between a pair, whatever its state.
pub fn newest(
    tx: &mut dyn ReadTx,
    provider: MerchantId,
    merchant: MerchantId,
) -> Result<Option<Authorization>, StoreError> {
    decode_opt(tx.query_opt(&NEWEST, &[provider.get().into(), merchant.get().into()])?.as_ref())
}

/// Writes the state of a record after a step.
pub fn update(tx: &mut dyn WriteTx, record: &Locked<Authorization>) -> Result<(), StoreError> {
    let grant = record.state.grant();
    let reason = match record.state {
        AuthorizationState::Expired(reason, _) => Some(decode::name_of(reason, REASONS)),
        _ => None,
    };
    let addresses = grant.map(|grant| grant.addresses.to_stored());
    let limits = grant.map(|grant| grant.limits.to_stored());
    tx.execute_one(
        &UPDATE,
        &[
            decode::name_of(record.state.name(), STATES).into(),
            reason.into(),
            grant.map(|grant| grant.scopes.bits()).into(),
            addresses.as_deref().into(),
            limits.as_deref().into(),
            grant.and_then(|grant| grant.ends_at).map(Timestamp::ms).into(),
            record.decided.map(|(at, _)| at.ms()).into(),
            record.decided.map(|(_, by)| by.get()).into(),
            record.changed_at.ms().into(),
            record.revision.into(),
            record.id.get().into(),
        ],
    )
}

/// The sealed token of a record that has one of its own.
pub fn sealed_token(tx: &mut dyn ReadTx, id: AuthorizationId) -> Result<Option<Vec<u8>>, StoreError> {
    tx.query_opt(&TOKEN, &[id.get().into()])?.map(|row| row.blob(0).map(<[u8]>::to_vec)).transpose()
}

/// Records of a provider at positions `skip` + 1 to `skip` + `limit`, newest first; of one merchant where given.
///
/// The wire asks for pages by number (`partner.md` §4.6), so this counts through the provider's own records.
pub fn numbered_page(
    tx: &mut dyn ReadTx,
    provider: MerchantId,
    merchant: Option<MerchantId>,
    skip: i64,
    limit: i64,
) -> Result<Vec<Authorization>, StoreError> {
    let end = skip.saturating_add(limit);
    let rows = match merchant {
        None => tx.query(&NUMBERED_OF_PROVIDER, &[provider.get().into(), skip.into(), end.into()])?,
        Some(merchant) => {
            tx.query(&NUMBERED_OF_PAIR, &[provider.get().into(), merchant.get().into(), skip.into(), end.into()])?
        }
    };
    rows.iter().map(decode).collect()
}

/// Records of a provider next to a key, newest first: those older than `Key::Before`, or those newer than `Key::After` that
/// are nearest to it.
pub fn page_of_provider(
    tx: &mut dyn ReadTx,
    provider: MerchantId,
    key: Key,
    limit: i64,
) -> Result<Vec<Authorization>, StoreError> {
    let statement = |side| match side {
        Side::Older => &OF_PROVIDER_BEFORE,
        Side::Newer => &OF_PROVIDER_AFTER,
    };
    key.page(|side, id| tx.query(statement(side), &[provider.get().into(), id.into(), limit.into()]), decode)
}

/// Requests that `merchant` can decide on at `now`, newest first, at most `limit`.
pub fn pending_of_merchant(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Authorization>, StoreError> {
    tx.query(&PENDING_OF_MERCHANT, &[merchant.get().into(), now.ms().into(), limit.into()])?
        .iter()
        .map(decode)
        .collect()
}

/// Grants of a merchant, living ones first, then newest first, at most `limit`.
pub fn vendors_of_merchant(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    limit: i64,
) -> Result<Vec<Authorization>, StoreError> {
    tx.query(&VENDORS_OF_MERCHANT, &[merchant.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// The newest record between a pair that was a grant, living or ended.
pub fn last_grant(
    tx: &mut dyn ReadTx,
    provider: MerchantId,
    merchant: MerchantId,
) -> Result<Option<Authorization>, StoreError> {
    decode_opt(tx.query_opt(&LAST_GRANT, &[provider.get().into(), merchant.get().into()])?.as_ref())
}

/// How many records a provider has, with one merchant where given.
pub fn count(tx: &mut dyn ReadTx, provider: MerchantId, merchant: Option<MerchantId>) -> Result<i64, StoreError> {
    match merchant {
        None => tx.query_one(&COUNT_OF_PROVIDER, &[provider.get().into()])?.int(0),
        Some(merchant) => tx.query_one(&COUNT_OF_PAIR, &[provider.get().into(), merchant.get().into()])?.int(0),
    }
}

/// How many requests of a provider can still be decided at `now`.
pub fn count_open(tx: &mut dyn ReadTx, provider: MerchantId, now: Timestamp) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_OPEN, &[provider.get().into(), now.ms().into()])?.int(0)
}

/// Records whose time is over, at most `limit`.
pub fn overdue(tx: &mut dyn ReadTx, now: Timestamp, limit: i64) -> Result<Vec<AuthorizationId>, StoreError> {
    let rows = tx.query(&OVERDUE, &[now.ms().into(), now.ms().into(), limit.into()])?;
    rows.iter().map(|row| row.int(0).map(AuthorizationId::new)).collect()
}

/// When the next open request or grant is over, in business time.
pub fn next_due(tx: &mut dyn ReadTx) -> Result<Option<Timestamp>, StoreError> {
    decode::opt_timestamp(&tx.query_one(&NEXT_DUE, &[])?, 0)
}

/// What the token with this hash is worth when `key` signed the call; `None` for an unknown token or another provider's.
pub fn authority(tx: &mut dyn ReadTx, token_hash: &[u8; 32], key: ApiKeyId) -> Result<Option<Authority>, StoreError> {
    let Some(row) = tx.query_opt(&AUTHORITY, &[token_hash.into(), key.get().into()])? else { return Ok(None) };
    Ok(Some(Authority {
        authorization_id: AuthorizationId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        state: decode::named(&row, 2, STATES)?,
        grant: if row.opt_int(3)?.is_some() { Some(grant(&row, 3)?) } else { None },
        provider_allowed: decode::scopes(&row, 7)?,
        merchant_status: decode::named(&row, 8, merchants::STATUSES)?,
        merchant_is_partner: merchants::is_partner(&row, 11)?,
        provider_status: decode::named(&row, 9, merchants::STATUSES)?,
        key_status: decode::opt_timestamp(&row, 10)?.map_or(ApiKeyStatus::Active, |at| ApiKeyStatus::Revoked { at }),
    }))
}
