//! Asking for authority, and deciding: through the use cases, without the portal.

use countersign_domain::authorization::{Grant, OrderLimits, Origin};
use countersign_domain::id::AuthorizationId;
use countersign_domain::{AddressList, Scope, ScopeSet, Timestamp};
use countersign_service::audit::Actor;
use countersign_service::authorizations::{
    self, Approval, AuthorizationToken, DecideError, NewRequest, RecordError, RequestError,
};

use crate::actors::{Merchant, Provider, Subject};

/// What is asked for, and what is granted.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The scopes.
    pub scopes: ScopeSet,
    /// From where.
    pub addresses: AddressList,
    /// The most per order; the merchant's to say.
    pub limits: OrderLimits,
    /// When it ends by itself; the merchant's to say.
    pub ends_at: Option<Timestamp>,
}

impl Terms {
    /// These scopes, from any address, without limits and end.
    pub fn of(scopes: &[Scope]) -> Self {
        Self {
            scopes: scopes.iter().copied().collect(),
            addresses: AddressList::any(),
            limits: OrderLimits::none(),
            ends_at: None,
        }
    }

    /// Every scope.
    pub fn all() -> Self {
        Self::of(&Scope::ALL)
    }

    /// The same from these addresses alone.
    #[must_use]
    pub fn from_addresses(self, entries: &[&str]) -> Self {
        Self { addresses: AddressList::parse(entries.iter().copied()).expect("the test gives addresses"), ..self }
    }
}

/// A request or a grant, with the token that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The record.
    pub id: AuthorizationId,
    /// What a call puts into its token field.
    pub token: String,
}

impl Provider {
    /// Asks `merchant`, as `service/provider/create` does.
    pub async fn request(&self, merchant: &Merchant, terms: &Terms) -> Authority {
        let new = NewRequest {
            provider_id: self.id,
            merchant_id: merchant.id,
            scopes: terms.scopes,
            addresses: terms.addresses.clone(),
            origin: Origin::Api,
            token: AuthorizationToken::draw(self.world.platform()),
        };
        let (actor, now) = (Actor::Key(self.key_id), self.world.now());
        let asked: Result<_, RequestError> = self
            .world
            .platform()
            .write("authorization_request", move |tx, platform| {
                authorizations::create(tx, platform, &new, (actor, now))
            })
            .await;
        let created = asked.expect("the merchant can be asked");
        let opened: Result<AuthorizationToken, RecordError> = self
            .world
            .platform()
            .read("token", move |tx, platform| authorizations::open_token(tx, platform, created.token_of))
            .await;
        Authority { id: created.id, token: opened.expect("the token can be opened").expose().to_owned() }
    }

    /// Takes an open request back.
    pub async fn cancel(&self, id: AuthorizationId) {
        let (provider, actor, now) = (self.id, Actor::User(self.owner), self.world.now());
        let cancelled: Result<(), RequestError> = self
            .world
            .platform()
            .write("authorization_cancel", move |tx, _| authorizations::cancel(tx, provider, id, (actor, now)))
            .await;
        cancelled.expect("the request was open");
    }
}

/// One of the four acts that need nothing but the record.
type Act = fn(
    &mut dyn countersign_store::WriteTx,
    &countersign_service::Platform,
    (countersign_domain::id::MerchantId, AuthorizationId, countersign_domain::id::UserId),
    Timestamp,
) -> Result<(), DecideError>;

impl Merchant {
    fn subject(&self, id: AuthorizationId) -> Subject {
        Subject { merchant: self.id, id, by: self.owner }
    }

    /// Agrees to a request on these terms; the addresses are the request's.
    pub async fn approve(&self, id: AuthorizationId, terms: &Terms) -> Result<(), DecideError> {
        let approval = Approval {
            merchant_id: self.id,
            id,
            by: self.owner,
            scopes: terms.scopes,
            limits: terms.limits.clone(),
            ends_at: terms.ends_at,
            shown: None,
        };
        let now = self.world.now();
        self.world
            .platform()
            .write("authorization_approve", move |tx, platform| authorizations::approve(tx, platform, &approval, now))
            .await
    }

    /// Refuses a request.
    pub async fn reject(&self, id: AuthorizationId) -> Result<(), DecideError> {
        let Subject { merchant, id, by } = self.subject(id);
        let now = self.world.now();
        self.world
            .platform()
            .write("authorization_reject", move |tx, platform| {
                authorizations::reject(tx, platform, (merchant, id, by), (None, None), now)
            })
            .await
    }

    async fn act(&self, id: AuthorizationId, act: Act) -> Result<(), DecideError> {
        let Subject { merchant, id, by } = self.subject(id);
        let now = self.world.now();
        self.world
            .platform()
            .write("authorization_act", move |tx, platform| act(tx, platform, (merchant, id, by), now))
            .await
    }

    /// Pauses a grant.
    pub async fn freeze(&self, id: AuthorizationId) -> Result<(), DecideError> {
        self.act(id, |tx, platform, subject, now| authorizations::freeze(tx, platform, subject, now)).await
    }

    /// Resumes a paused grant.
    pub async fn unfreeze(&self, id: AuthorizationId) -> Result<(), DecideError> {
        self.act(id, |tx, platform, subject, now| authorizations::unfreeze(tx, platform, subject, now)).await
    }

    /// Withdraws a grant.
    pub async fn disable(&self, id: AuthorizationId) -> Result<(), DecideError> {
        self.act(id, |tx, platform, subject, now| authorizations::disable(tx, platform, subject, now)).await
    }

    /// Replaces what is granted by these terms, which may only narrow it.
    pub async fn regrant(&self, id: AuthorizationId, terms: &Terms) -> Result<(), DecideError> {
        let Subject { merchant, id, by } = self.subject(id);
        let Terms { scopes, addresses, limits, ends_at } = terms.clone();
        let (grant, now) = (Grant { scopes, addresses, limits, ends_at }, self.world.now());
        self.world
            .platform()
            .write("authorization_regrant", move |tx, platform| {
                authorizations::regrant(tx, platform, (merchant, id, by), &grant, now)
            })
            .await
    }
}
