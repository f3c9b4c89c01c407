//! Typed actors: what a provider, a merchant, a payer or the operator does in a test reads as such.

use std::ops::Deref;
use std::sync::Arc;

use countersign_domain::commission::CommissionSchedule;
use countersign_domain::external_posting::{ExternalReference, PostingKind, PostingTerms, Remark};
use countersign_domain::id::{ApiKeyId, AuthorizationId, MerchantId, OfferId, OrderId, PayerId, UserId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::merchant::{MerchantKind, MerchantStatus};
use countersign_domain::money::PartsPerMillion;
use countersign_domain::payer::PayerStatus;
use countersign_domain::payer_identity::{Facts, KycState, PayerIdentity};
use countersign_domain::user::Role;
use countersign_domain::{AddressList, Amount, Currency, ScopeSet};
use countersign_service::Platform;
use countersign_service::accounts::{self, AccountError};
use countersign_service::api_keys::{self, KeyError, KeyPair, NewKey};
use countersign_service::audit::Actor;
use countersign_service::operator::{self, AccountStatus, Caller, NewPosting, PostError, StatusChange, StatusError};
use countersign_service::orders::{self, ConfirmPrice, Outcome, Paid, PayError, PayOffer};
use countersign_service::payer_identities::IdentityError;
use countersign_service::webhook_endpoints::{self, EndpointError};
use countersign_service::{commissions, payer_identities, sign_in};
use countersign_store::WriteTx;
use serde_json::{Value, json};

use crate::call::{Call, Credentials};
use crate::world::World;

/// A wallet in which an actor of a test may hold money.
pub trait HoldsMoney {
    /// Whose wallet it is.
    fn owner(&self) -> Owner;
}

/// A merchant of any kind with one key and one owner who signs in.
#[derive(Clone)]
pub struct Merchant {
    pub(crate) world: Arc<World>,
    /// Its number.
    pub id: MerchantId,
    /// Its name.
    pub name: String,
    /// Who decides for it.
    pub owner: UserId,
    /// With which address the owner signs in.
    pub email: String,
    /// The record of its key.
    pub key_id: ApiKeyId,
    /// Its key and secret.
    pub credentials: Credentials,
}

/// A technical service provider.
#[derive(Clone)]
pub struct Provider(pub(crate) Merchant);

/// A channel partner.
#[derive(Clone)]
pub struct Partner(pub(crate) Merchant);

impl Deref for Provider {
    type Target = Merchant;

    fn deref(&self) -> &Merchant {
        &self.0
    }
}

impl Deref for Partner {
    type Target = Merchant;

    fn deref(&self) -> &Merchant {
        &self.0
    }
}

impl Provider {
    /// The same provider with another key.
    pub async fn with_key(&self, scopes: ScopeSet, addresses: AddressList) -> Self {
        Self(self.0.with_key(scopes, addresses).await)
    }
}

impl HoldsMoney for Merchant {
    fn owner(&self) -> Owner {
        Owner::Merchant(self.id)
    }
}

impl HoldsMoney for Provider {
    fn owner(&self) -> Owner {
        HoldsMoney::owner(&self.0)
    }
}

impl HoldsMoney for Partner {
    fn owner(&self) -> Owner {
        HoldsMoney::owner(&self.0)
    }
}

impl Merchant {
    /// Enrols one with an owner and a key that has every tick and any address.
    pub(crate) async fn enrol(world: &Arc<World>, name: &str, kind: MerchantKind) -> Self {
        let email = format!("owner{}@merchants.example", world.next_number());
        let (actor, now) = (Actor::Operator, world.now());
        let given = (name.to_owned(), email.clone());
        let enrolled: Result<_, AccountError> = world
            .platform()
            .write("merchant_enrol", move |tx, platform| {
                let id = accounts::create_merchant(tx, platform, (&given.0, kind), (actor, now))?;
                let owner = accounts::create_user(tx, platform, (&given.1, Role::Owner(id)), None, (actor, now))?;
                Ok((id, owner))
            })
            .await;
        let (id, owner) = enrolled.expect("a test's merchant is enrolled");
        let (key_id, credentials) = make_key(world, id, (ScopeSet::ALL, AddressList::any())).await;
        Self { world: Arc::clone(world), id, name: name.to_owned(), owner, email, key_id, credentials }
    }

    /// The same merchant with another key.
    pub async fn with_key(&self, scopes: ScopeSet, addresses: AddressList) -> Self {
        let (key_id, credentials) = make_key(&self.world, self.id, (scopes, addresses)).await;
        Self { key_id, credentials, ..self.clone() }
    }

    /// Revokes the key that this actor calls with.
    pub async fn revoke_key(&self) {
        let (merchant, key, actor, now) = (self.id, self.key_id, Actor::User(self.owner), self.world.now());
        let revoked: Result<(), KeyError> = self
            .world
            .platform()
            .write("key_revoke", move |tx, _| api_keys::revoke(tx, merchant, key, (actor, now)))
            .await;
        revoked.expect("the key was in use");
    }

    /// A signed call to `path`, relative to `/binancepay/openapi`.
    pub fn call(&self, path: &str, body: impl Into<Value>) -> Call {
        Call::new(&self.world, Some(self.credentials.clone()), path, &body.into())
    }

    /// A call that refunds `amount` of an order under the merchant's number `request_id`.
    pub fn refund(&self, prepay_id: &str, request_id: &str, amount: &str) -> Call {
        let body = json!({"refundRequestId": request_id, "prepayId": prepay_id, "refundAmount": amount});
        self.call("/order/refund", body)
    }

    /// A call that asks how the order with this prepay id stands.
    pub fn query(&self, prepay_id: &str) -> Call {
        self.call("/v2/order/query", json!({ "prepayId": prepay_id }))
    }

    /// A call that closes the order with this prepay id.
    pub fn close(&self, prepay_id: &str) -> Call {
        self.call("/order/close", json!({ "prepayId": prepay_id }))
    }

    /// Makes `url` the merchant's only webhook endpoint.
    pub async fn set_endpoint(&self, url: &str) {
        let (merchant, actor, now, url) = (self.id, Actor::User(self.owner), self.world.now(), url.to_owned());
        let set: Result<(), EndpointError> = self
            .world
            .platform()
            .write("endpoint_set", move |tx, platform| {
                webhook_endpoints::replace(tx, platform, merchant, (Some((&url, "a test's")), |_| false), (actor, now))
            })
            .await;
        set.expect("a test's endpoint is acceptable");
    }
}

async fn make_key(
    world: &World,
    merchant_id: MerchantId,
    (scopes, addresses): (ScopeSet, AddressList),
) -> (ApiKeyId, Credentials) {
    let pair = KeyPair::draw(world.platform(), "");
    let credentials = Credentials { api_key: pair.key.clone(), secret: pair.secret.clone() };
    let new = NewKey { merchant_id, name: "a test's key".to_owned(), scopes, addresses, pair };
    let now = world.now();
    let made: Result<ApiKeyId, KeyError> = world
        .platform()
        .write("key_create", move |tx, platform| api_keys::create(tx, platform, &new, (Actor::Operator, now)))
        .await;
    (made.expect("a test's key is made"), credentials)
}

/// Someone who pays.
#[derive(Clone)]
pub struct Payer {
    world: Arc<World>,
    /// Its number, on the wire the Binance ID.
    pub id: PayerId,
    /// Who signs in.
    pub user: UserId,
    /// With which address.
    pub email: String,
}

impl HoldsMoney for Payer {
    fn owner(&self) -> Owner {
        Owner::Payer(self.id)
    }
}

impl Payer {
    pub(crate) async fn enrol(world: &Arc<World>, name: &str) -> Self {
        let email = format!("payer{}@payers.example", world.next_number());
        let (actor, now) = (Actor::Operator, world.now());
        let given = (name.to_owned(), email.clone());
        let enrolled: Result<_, AccountError> = world
            .platform()
            .write("payer_enrol", move |tx, platform| {
                let id = accounts::create_payer(tx, platform, &given.0, (actor, now))?;
                let user = accounts::create_user(tx, platform, (&given.1, Role::Payer(id)), None, (actor, now))?;
                Ok((id, user))
            })
            .await;
        let (id, user) = enrolled.expect("a test's payer is enrolled");
        Self { world: Arc::clone(world), id, user, email }
    }

    /// Lets identification come this far and find this out.
    pub async fn identify(&self, kyc: KycState, facts: Facts) {
        let (id, identity, now) = (self.id, PayerIdentity { kyc, facts }, self.world.now());
        let put: Result<(), IdentityError> = self
            .world
            .platform()
            .write("payer_identify", move |tx, platform| {
                payer_identities::put(tx, platform, (id, &identity), (Actor::Operator, now))
            })
            .await;
        put.expect("the payer exists");
    }

    fn price(&self, prepay_id: &str, currency: Option<Currency>) -> ConfirmPrice {
        ConfirmPrice { order_id: order_id(prepay_id), payer_id: self.id, currency }
    }

    /// Confirms the price of the order with this prepay id.
    pub async fn confirm(&self, prepay_id: &str, currency: Option<Currency>) -> Result<OfferId, PayError> {
        let (command, now) = (self.price(prepay_id, currency), self.world.now());
        let confirm = move |tx: &mut dyn WriteTx, platform: &Platform| orders::confirm(tx, platform, &command, now);
        self.world.platform().write("order_confirm", confirm).await.map(|confirmed| confirmed.offer_id)
    }

    /// Pays at a price that was confirmed.
    pub async fn pay_offer(&self, prepay_id: &str, offer_id: OfferId) -> Result<Outcome, PayError> {
        let command = PayOffer { order_id: order_id(prepay_id), payer_id: self.id, offer_id };
        let now = self.world.now();
        self.world.platform().write("order_pay", move |tx, platform| orders::pay(tx, platform, &command, now)).await
    }

    /// Confirms the price of the order with this prepay id and pays it from the funding wallet.
    pub async fn try_pay(&self, prepay_id: &str, currency: Option<Currency>) -> Result<Paid, PayError> {
        let (command, now) = (self.price(prepay_id, currency), self.world.now());
        let pay = move |tx: &mut dyn WriteTx, platform: &Platform| orders::confirm_and_pay(tx, platform, &command, now);
        self.world.platform().write("order_pay", pay).await
    }

    /// [`Payer::try_pay`] in the order's own currency, which must succeed.
    pub async fn pay(&self, prepay_id: &str) -> Paid {
        self.try_pay(prepay_id, None).await.expect("the order can be paid")
    }
}

fn order_id(prepay_id: &str) -> OrderId {
    prepay_id.parse().expect("a prepay id is a number")
}

/// Whoever runs the platform.
#[derive(Clone)]
pub struct Operator {
    world: Arc<World>,
    /// Who signs in.
    pub user: UserId,
    /// With which address.
    pub email: String,
}

impl Operator {
    pub(crate) async fn enrol(world: &Arc<World>) -> Self {
        let email = format!("operator{}@platform.example", world.next_number());
        let (now, given) = (world.now(), email.clone());
        let user: Result<UserId, AccountError> = world
            .platform()
            .write("operator_enrol", move |tx, platform| {
                accounts::create_user(tx, platform, (&given, Role::Operator), None, (Actor::Operator, now))
            })
            .await;
        Self { world: Arc::clone(world), user: user.expect("a test's operator is enrolled"), email }
    }

    /// Freezes or unfreezes a merchant.
    pub async fn set_status(&self, merchant: MerchantId, status: MerchantStatus) {
        self.set_account_status(Owner::Merchant(merchant), status.into()).await;
    }

    /// Freezes or unfreezes a payer.
    pub async fn set_payer_status(&self, payer: PayerId, status: PayerStatus) {
        self.set_account_status(Owner::Payer(payer), status.into()).await;
    }

    async fn set_account_status(&self, owner: Owner, status: AccountStatus) {
        let reason = Remark::new("a test says so").expect("it can be seen");
        let change = StatusChange { owner, status, reason };
        let (caller, now) = (Caller::Person(Actor::User(self.user)), self.world.now());
        let set: Result<_, StatusError> = self
            .world
            .platform()
            .write("status_set", move |tx, _| operator::set_status(tx, caller, &change, now))
            .await;
        set.expect("the database takes it").expect("the account exists");
    }

    /// Sets what the platform takes of each payment to a merchant.
    pub async fn set_commission(&self, merchant: MerchantId, millionths: i64) {
        let acting = (Actor::User(self.user), self.world.now());
        let rate = PartsPerMillion::new(millionths).expect("the test gives a rate");
        let set: Result<(), AccountError> = self
            .world
            .platform()
            .write("commission_set", move |tx, _| accounts::configure_commission(tx, merchant, rate, acting))
            .await;
        set.expect("the merchant exists");
    }

    /// Sets the terms of a merchant in one currency.
    pub async fn set_schedule(&self, merchant: MerchantId, schedule: CommissionSchedule) {
        let acting = (Actor::User(self.user), self.world.now());
        let set: Result<(), AccountError> = self
            .world
            .platform()
            .write("schedule_set", move |tx, _| commissions::set(tx, merchant, &schedule, acting))
            .await;
        set.expect("the merchant exists");
    }

    /// Sets a provider's share of commissions.
    pub async fn set_fee_share(&self, provider: MerchantId, millionths: i64) {
        let rate = PartsPerMillion::new(millionths).expect("the test gives a rate");
        self.configure_provider(provider, None, Some(rate)).await;
    }

    /// Sets what a provider may ask for; what is taken away here is taken out of every grant.
    pub async fn set_allowed_scopes(&self, provider: MerchantId, scopes: ScopeSet) {
        self.configure_provider(provider, Some(scopes), None).await;
    }

    async fn configure_provider(&self, id: MerchantId, scopes: Option<ScopeSet>, share: Option<PartsPerMillion>) {
        let acting = (Actor::User(self.user), self.world.now());
        let set: Result<(), AccountError> = self
            .world
            .platform()
            .write("provider_configure", move |tx, _| accounts::configure_provider(tx, id, (scopes, share), acting))
            .await;
        set.expect("the provider exists");
    }

    /// Posts a deposit of `amount` `currency` into `holder`'s `wallet`.
    pub async fn credit(&self, holder: &impl HoldsMoney, wallet: Wallet, (amount, currency): (&str, Currency)) {
        let amount = Amount::parse(amount, currency).expect("the test gives an amount");
        let reference = ExternalReference::new(format!("test-{}", self.world.next_number()));
        let terms = PostingTerms { kind: PostingKind::Deposit, owner: holder.owner(), wallet, amount, note: None };
        let new = NewPosting { reference: reference.expect("it can be seen"), terms };
        let (caller, now) = (Caller::Person(Actor::User(self.user)), self.world.now());
        let posted: Result<_, PostError> = self
            .world
            .platform()
            .write("deposit", move |tx, platform| operator::post(tx, platform, caller, &new, now))
            .await;
        posted.expect("the database takes it").expect("the deposit is booked");
    }
}

/// Somebody without a key.
#[derive(Clone)]
pub struct Anon {
    pub(crate) world: Arc<World>,
}

impl Anon {
    /// An unsigned call.
    pub fn call(&self, path: &str, body: impl Into<Value>) -> Call {
        Call::new(&self.world, None, path, &body.into())
    }
}

/// Begins a session for `user` and answers what its cookie holds: signing in without a password, for pages.
pub async fn begin_session(world: &World, user: UserId) -> String {
    let token = world.platform().draw_secret();
    let hash = sign_in::session_hash(world.platform(), &token);
    let now = world.wall_now();
    let begun: Result<(), sign_in::SignInError> =
        world.platform().write("session_begin", move |tx, _| sign_in::begin_session(tx, user, &hash, now)).await;
    begun.expect("the user exists and is not locked");
    token
}

/// The decision of a merchant's owner about one record.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) merchant: MerchantId,
    pub(crate) id: AuthorizationId,
    pub(crate) by: UserId,
}
