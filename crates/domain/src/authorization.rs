//! Authorizations: what a merchant lets a provider do, and how a request becomes a grant.
//!
//! ```text
//! PENDING ─approve→ AUTHORIZED ⇄ FROZEN          a change request instead ends as
//!    │                  │           │            PENDING ─approve→ APPLIED
//!    ├─reject→ REJECTED ├─disable→ DISABLED ←────┘
//!    └─expire→ EXPIRED ←┘ (its own end)
//! ```
//!
//! Invariants: a token is of use only while its grant is AUTHORIZED; what it may do is the grant, never the request; a
//! record is decided once. Time that has passed counts at once ([`Authorization::state_at`]), whether or not the job that
//! records it has run.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::address::AddressList;
use crate::currency::Currency;
use crate::id::{AuthorizationId, MerchantId, UserId};
use crate::money::{Amount, MoneyError};
use crate::scope::ScopeSet;
use crate::time::{HOUR_MS, Timestamp};

/// How long a request may be decided (`decisions.md` row 18, `partner.md` §4.8).
pub const REQUEST_LIFETIME_MS: i64 = 24 * HOUR_MS;
/// The most requests of one provider that may be open at once.
pub const OPEN_REQUESTS_MAX: i64 = 10_000;
/// The most currencies for which a merchant may set a limit per order.
pub const ORDER_LIMITS_MAX: usize = 20;

/// The most that one order may amount to, per currency.
///
/// Empty means no limit. Where any limit is set, orders in other currencies are over it: the merchant who wrote
/// "500 USDT" did not mean "and any amount of BTC".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderLimits(Vec<Amount>);

impl OrderLimits {
    /// No limit.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Limits, at most one per currency, each above zero.
    pub fn new(limits: Vec<Amount>) -> Option<Self> {
        let distinct = limits
            .iter()
            .enumerate()
            .all(|(index, limit)| limits[..index].iter().all(|other| other.currency() != limit.currency()));
        (limits.len() <= ORDER_LIMITS_MAX && distinct && limits.iter().all(|limit| limit.is_positive()))
            .then_some(Self(limits))
    }

    /// Whether an order of `amount` is within the limits.
    pub fn allow(&self, amount: Amount) -> bool {
        self.0.is_empty()
            || self.0.iter().any(|limit| limit.currency() == amount.currency() && amount.minor() <= limit.minor())
    }

    /// Each limit.
    pub fn iter(&self) -> impl Iterator<Item = Amount> {
        self.0.iter().copied()
    }

    /// Whether nothing is limited.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The stored form, `USDT:500,BTC:0.01`.
    pub fn to_stored(&self) -> String {
        self.0.iter().map(|limit| format!("{}:{limit}", limit.currency())).collect::<Vec<_>>().join(",")
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Result<Self, MoneyError> {
        let parse = |entry: &str| {
            let (code, number) = entry.split_once(':').ok_or(MoneyError::Malformed)?;
            Amount::parse(number, Currency::from_code(code).ok_or(MoneyError::Malformed)?)
        };
        let limits = text.split(',').filter(|entry| !entry.is_empty()).map(parse).collect::<Result<Vec<_>, _>>()?;
        Self::new(limits).ok_or(MoneyError::Malformed)
    }
}

/// What a provider asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The scopes asked for; never empty.
    pub scopes: ScopeSet,
    /// The addresses from which the provider will call.
    pub addresses: AddressList,
    /// Until when it can be decided.
    pub expires_at: Timestamp,
}

/// What a merchant granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The scopes; never empty.
    pub scopes: ScopeSet,
    /// From where the provider may call.
    pub addresses: AddressList,
    /// The most per order.
    pub limits: OrderLimits,
    /// When it ends by itself, where the merchant said so.
    pub ends_at: Option<Timestamp>,
}

/// Why a record expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExpiryReason {
    /// Nobody decided in time.
    Deadline,
    /// The provider asked anew (`decisions.md` row 16).
    Superseded,
    /// The provider took the request back.
    Cancelled,
    /// The grant's own end came (`decisions.md` row 19).
    GrantEnded,
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizationState {
    /// Waits for the merchant's decision.
    Pending,
    /// The merchant agreed; the token works within the grant.
    Authorized(Grant),
    /// The merchant paused it; on the wire it reads DISABLED.
    Frozen(Grant),
    /// The merchant withdrew it for good.
    Disabled(Grant),
    /// The merchant refused.
    Rejected,
    /// A change request that was agreed to; the grant it changed holds the result.
    Applied,
    /// Ended by time or by the provider; with what had been granted, where it was a grant that ended.
    Expired(ExpiryReason, Option<Grant>),
}

/// The state without its data: what is stored in the state column and what the transition table is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StateName {
    /// See [`AuthorizationState::Pending`].
    Pending,
    /// See [`AuthorizationState::Authorized`].
    Authorized,
    /// See [`AuthorizationState::Frozen`].
    Frozen,
    /// See [`AuthorizationState::Disabled`].
    Disabled,
    /// See [`AuthorizationState::Rejected`].
    Rejected,
    /// See [`AuthorizationState::Applied`].
    Applied,
    /// See [`AuthorizationState::Expired`].
    Expired,
}

impl StateName {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Authorized, Self::Frozen, Self::Disabled, Self::Rejected, Self::Applied, Self::Expired];
}

impl AuthorizationState {
    /// The state without its data.
    pub const fn name(&self) -> StateName {
        match self {
            Self::Pending => StateName::Pending,
            Self::Authorized(_) => StateName::Authorized,
            Self::Frozen(_) => StateName::Frozen,
            Self::Disabled(_) => StateName::Disabled,
            Self::Rejected => StateName::Rejected,
            Self::Applied => StateName::Applied,
            Self::Expired(..) => StateName::Expired,
        }
    }

    /// What was granted, for the states that have a grant.
    pub const fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Authorized(grant) | Self::Frozen(grant) | Self::Disabled(grant) => Some(grant),
            Self::Expired(_, grant) => grant.as_ref(),
            Self::Pending | Self::Rejected | Self::Applied => None,
        }
    }
}

/// Where a request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Over the API.
    Api,
    /// By hand in the portal.
    Portal,
}

/// One record: a request, and where it is the first of its pair also the grant that it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The record's id.
    pub id: AuthorizationId,
    /// Who asks.
    pub provider_id: MerchantId,
    /// Who is asked.
    pub merchant_id: MerchantId,
    /// The grant that this request would change; `None` for a request that would become a grant.
    pub changes: Option<AuthorizationId>,
    /// Where the request was made.
    pub origin: Origin,
    /// What was asked for.
    pub request: Request,
    /// Where it stands.
    pub state: AuthorizationState,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the merchant decided, and who.
    pub decided: Option<(Timestamp, UserId)>,
    /// When the state or grant last changed.
    pub changed_at: Timestamp,
    /// Counts every change: a page that was shown an older revision is shown again.
    pub revision: i64,
}

/// What can happen to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The merchant agrees to this grant. For a change request the grant goes to the record that it changes.
    Approve(Grant, UserId),
    /// The merchant refuses.
    Reject(UserId),
    /// The record ends by time or by the provider.
    Expire(ExpiryReason),
    /// The merchant replaces the grant of a working authorization.
    Regrant(Grant),
    /// The merchant pauses it.
    Freeze,
    /// The merchant resumes it.
    Unfreeze,
    /// The merchant withdraws it.
    Disable,
}

/// The step is not possible in the state that the record is in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("an authorization that is {from:?} cannot {step}")]
pub struct InvalidTransition {
    /// The state that it is in.
    pub from: StateName,
    /// The step that was tried.
    pub step: &'static str,
}

impl Step {
    const fn verb(&self) -> &'static str {
        match self {
            Self::Approve(..) => "be approved",
            Self::Reject(_) => "be rejected",
            Self::Expire(_) => "expire",
            Self::Regrant(_) => "be changed",
            Self::Freeze => "be frozen",
            Self::Unfreeze => "be resumed",
            Self::Disable => "be disabled",
        }
    }
}

impl Authorization {
    /// The state as of `now`: a deadline or an end that has passed counts even before the job that records it has run.
    pub fn state_at(&self, now: Timestamp) -> StateName {
        match self.overdue(now) {
            Some(_) => StateName::Expired,
            None => self.state.name(),
        }
    }

    /// Why the record should expire as of `now`, if it should.
    pub fn overdue(&self, now: Timestamp) -> Option<ExpiryReason> {
        match &self.state {
            AuthorizationState::Pending if self.request.expires_at <= now => Some(ExpiryReason::Deadline),
            AuthorizationState::Authorized(grant) | AuthorizationState::Frozen(grant)
                if grant.ends_at.is_some_and(|end| end <= now) =>
            {
                Some(ExpiryReason::GrantEnded)
            }
            _ => None,
        }
    }

    /// The record after `step` at `now`.
    ///
    /// Time comes first: what is overdue can only expire, so that a late click cannot revive a dead link.
    pub fn apply(self, step: Step, now: Timestamp) -> Result<Self, InvalidTransition> {
        let refusal = InvalidTransition { from: self.state_at(now), step: step.verb() };
        if self.overdue(now).is_some() && !matches!(step, Step::Expire(_)) {
            return Err(refusal);
        }
        let mut decided = self.decided;
        let state = match (self.state, step) {
            (AuthorizationState::Pending, Step::Approve(grant, by)) => {
                decided = Some((now, by));
                if self.changes.is_some() { AuthorizationState::Applied } else { AuthorizationState::Authorized(grant) }
            }
            (AuthorizationState::Pending, Step::Reject(by)) => {
                decided = Some((now, by));
                AuthorizationState::Rejected
            }
            (AuthorizationState::Pending, Step::Expire(reason)) if reason != ExpiryReason::GrantEnded => {
                AuthorizationState::Expired(reason, None)
            }
            (AuthorizationState::Authorized(_), Step::Regrant(grant)) => AuthorizationState::Authorized(grant),
            (AuthorizationState::Frozen(_), Step::Regrant(grant)) => AuthorizationState::Frozen(grant),
            (AuthorizationState::Authorized(grant), Step::Freeze) => AuthorizationState::Frozen(grant),
            (AuthorizationState::Frozen(grant), Step::Unfreeze) => AuthorizationState::Authorized(grant),
            (AuthorizationState::Authorized(grant) | AuthorizationState::Frozen(grant), Step::Disable) => {
                AuthorizationState::Disabled(grant)
            }
            (
                AuthorizationState::Authorized(grant) | AuthorizationState::Frozen(grant),
                Step::Expire(ExpiryReason::GrantEnded),
            ) => AuthorizationState::Expired(ExpiryReason::GrantEnded, Some(grant)),
            _ => return Err(refusal),
        };
        Ok(Self { state, decided, changed_at: now, revision: self.revision + 1, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;

    const NOW: Timestamp = Timestamp::from_ms(1_000);
    const USER: UserId = UserId::new(1);

    fn grant() -> Grant {
        Grant {
            scopes: [Scope::Checkout].into_iter().collect(),
            addresses: AddressList::any(),
            limits: OrderLimits::none(),
            ends_at: None,
        }
    }

    fn state(name: StateName) -> AuthorizationState {
        match name {
            StateName::Pending => AuthorizationState::Pending,
            StateName::Authorized => AuthorizationState::Authorized(grant()),
            StateName::Frozen => AuthorizationState::Frozen(grant()),
            StateName::Disabled => AuthorizationState::Disabled(grant()),
            StateName::Rejected => AuthorizationState::Rejected,
            StateName::Applied => AuthorizationState::Applied,
            StateName::Expired => AuthorizationState::Expired(ExpiryReason::Deadline, None),
        }
    }

    fn record(state: AuthorizationState, changes: Option<AuthorizationId>) -> Authorization {
        Authorization {
            id: AuthorizationId::new(7),
            provider_id: MerchantId::new(1),
            merchant_id: MerchantId::new(2),
            changes,
            origin: Origin::Api,
            request: Request {
                scopes: ScopeSet::ALL,
                addresses: AddressList::any(),
                expires_at: Timestamp::from_ms(2_000),
            },
            state,
            created_at: Timestamp::from_ms(0),
            decided: None,
            changed_at: Timestamp::from_ms(0),
            revision: 0,
        }
    }

    fn steps() -> Vec<Step> {
        let mut steps = vec![
            Step::Approve(grant(), USER),
            Step::Reject(USER),
            Step::Regrant(grant()),
            Step::Freeze,
            Step::Unfreeze,
            Step::Disable,
        ];
        let reasons =
            [ExpiryReason::Deadline, ExpiryReason::Superseded, ExpiryReason::Cancelled, ExpiryReason::GrantEnded];
        steps.extend(reasons.map(Step::Expire));
        steps
    }

    /// The whole table, written out by hand: what is not listed here must be refused.
    fn expected(from: StateName, step: &Step, is_change: bool) -> Option<StateName> {
        use StateName::{Applied, Authorized, Disabled, Expired, Frozen, Pending, Rejected};
        match (from, step) {
            (Pending, Step::Approve(..)) => Some(if is_change { Applied } else { Authorized }),
            (Pending, Step::Reject(_)) => Some(Rejected),
            (Pending, Step::Expire(ExpiryReason::Deadline | ExpiryReason::Superseded | ExpiryReason::Cancelled)) => {
                Some(Expired)
            }
            (Authorized, Step::Regrant(_)) | (Frozen, Step::Unfreeze) => Some(Authorized),
            (Authorized, Step::Freeze) | (Frozen, Step::Regrant(_)) => Some(Frozen),
            (Authorized | Frozen, Step::Disable) => Some(Disabled),
            (Authorized | Frozen, Step::Expire(ExpiryReason::GrantEnded)) => Some(Expired),
            _ => None,
        }
    }

    #[test]
    fn every_step_in_every_state_is_as_the_table_says() {
        for changes in [None, Some(AuthorizationId::new(6))] {
            for from in StateName::ALL {
                for step in steps() {
                    let result = record(state(from), changes).apply(step.clone(), NOW);
                    let reached = result.as_ref().ok().map(|after| after.state.name());
                    assert_eq!(reached, expected(from, &step, changes.is_some()), "{from:?} {step:?}");
                    match result {
                        Ok(after) => {
                            assert_eq!((after.revision, after.changed_at), (1, NOW));
                            assert_eq!(after.decided.is_some(), matches!(step, Step::Approve(..) | Step::Reject(_)));
                        }
                        Err(refusal) => assert_eq!(refusal.from, from),
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_overdue_can_only_expire() {
        let late = Timestamp::from_ms(2_000);
        let pending = record(AuthorizationState::Pending, None);
        assert_eq!(pending.state_at(Timestamp::from_ms(1_999)), StateName::Pending);
        assert_eq!(pending.state_at(late), StateName::Expired);
        assert!(pending.clone().apply(Step::Approve(grant(), USER), late).is_err());
        assert!(pending.apply(Step::Expire(ExpiryReason::Deadline), late).is_ok());

        let ending = record(AuthorizationState::Authorized(Grant { ends_at: Some(late), ..grant() }), None);
        assert_eq!(ending.overdue(late), Some(ExpiryReason::GrantEnded));
        assert!(ending.clone().apply(Step::Disable, late).is_err());
        assert_eq!(
            ending.apply(Step::Expire(ExpiryReason::GrantEnded), late).expect("ends").state.name(),
            StateName::Expired
        );
    }

    #[test]
    fn limits_hold_per_currency_and_close_the_rest() {
        let limits = OrderLimits::from_stored("USDT:500,BTC:0.01").expect("valid");
        let usdt = |text| Amount::parse(text, Currency::USDT).expect("an amount");
        assert!(limits.allow(usdt("500")));
        assert!(!limits.allow(usdt("500.00000001")));
        assert!(!limits.allow(Amount::from_minor(1, Currency::BNB)), "a currency without a limit is closed");
        assert!(OrderLimits::none().allow(usdt("90000000000")));
        assert_eq!(limits.to_stored(), "USDT:500,BTC:0.01");
        for bad in ["USDT:1,USDT:2", "USDT:0", "USDT:-1", "XXX:1", "USDT"] {
            assert!(OrderLimits::from_stored(bad).is_err(), "{bad}");
        }
    }
}
