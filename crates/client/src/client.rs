//! The client, and the calls it makes for itself.

use std::fmt;
use std::sync::Arc;

use countersign_crypto::RequestKey;
use countersign_wire::AuthorizationToken;
use countersign_wire::answers::{BalanceV2Answer, OrderCreated, OrderState};
use countersign_wire::endpoint::{Endpoint, EndpointId};
use countersign_wire::requests::OrderCreate;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::{Caller, Observer, body_of};
use crate::config::Config;
use crate::error::{ClientError, SetupError};
use crate::on_behalf::OnBehalf;
use crate::query::{OrderReference, Wallet, balance_query};
use crate::system::{Clock, NonceSource, SystemClock, SystemNonces};
use crate::transport::Transport;

/// A client of the merchant API. Cloning is cheap, and all clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) caller: Arc<Caller>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.caller.transport.base_url()).finish_non_exhaustive()
    }
}

/// Makes a [`Client`] with other sources of time and randomness, or with an observer.
pub struct ClientBuilder {
    config: Config,
    clock: Arc<dyn Clock>,
    nonces: Arc<dyn NonceSource>,
    observer: Option<Arc<dyn Observer>>,
}

impl ClientBuilder {
    /// Stamps requests with this clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes nonces from here.
    pub fn nonces(mut self, nonces: Arc<dyn NonceSource>) -> Self {
        self.nonces = nonces;
        self
    }

    /// Shows every exchange to this observer.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Makes the client; nothing is sent.
    pub fn build(self) -> Result<Client, SetupError> {
        let Config { base_url, api_key, api_secret, timeouts } = self.config;
        if api_key.is_empty() || HeaderValue::from_str(&api_key).is_err() {
            return Err(SetupError::ApiKey);
        }
        let caller = Caller {
            transport: Transport::new(&base_url, timeouts)?,
            key: RequestKey::new(api_secret.expose_secret().as_bytes()),
            api_key,
            clock: self.clock,
            nonces: self.nonces,
            observer: self.observer,
        };
        Ok(Client { caller: Arc::new(caller) })
    }
}

impl Client {
    /// A client on the system's clock and randomness; nothing is sent.
    pub fn new(config: Config) -> Result<Self, SetupError> {
        Self::builder(config).build()
    }

    /// For other sources of time and randomness.
    pub fn builder(config: Config) -> ClientBuilder {
        ClientBuilder { config, clock: Arc::new(SystemClock), nonces: Arc::new(SystemNonces), observer: None }
    }

    /// The same calls for the merchant who granted `token`: funds settle to that merchant. The token must be AUTHORIZED
    /// (400203 otherwise) and hold the call's scope (400606 otherwise).
    pub fn on_behalf_of<'c>(&'c self, token: &'c AuthorizationToken) -> OnBehalf<'c> {
        OnBehalf::new(self, token)
    }

    /// `v3/order`: creates an order of the caller's own; see [`OrderBuilder`](crate::OrderBuilder). A `merchantTradeNo`
    /// that was used before is refused with 400201.
    pub async fn create_order(&self, order: &OrderCreate<'_>) -> Result<OrderCreated, ClientError> {
        self.act(EndpointId::OrderCreateV3, None, order).await
    }

    /// `v2/order`, the older form with one kind of goods.
    pub async fn create_order_v2(&self, order: &OrderCreate<'_>) -> Result<OrderCreated, ClientError> {
        self.act(EndpointId::OrderCreateV2, None, order).await
    }

    /// `v2/order/query`: an order of the caller's own; 400202 when there is none.
    pub async fn query_order(&self, order: OrderReference<'_>) -> Result<OrderState, ClientError> {
        self.act(EndpointId::OrderQueryV2, None, &order.question()).await
    }

    /// `v2/balance`: what is in the caller's own wallet, in one currency or in all that are not zero.
    pub async fn balance(&self, wallet: Wallet, currency: Option<&str>) -> Result<BalanceV2Answer, ClientError> {
        self.act(EndpointId::BalanceV2, None, &balance_query(wallet, currency)).await
    }

    /// Any other endpoint: `path` follows `/binancepay/openapi`, such as `/order/refund`; `request` must serialise to a
    /// JSON object. The data is `None` where the success carries none.
    pub async fn call<T: DeserializeOwned>(
        &self,
        path: &str,
        request: &(impl Serialize + ?Sized),
    ) -> Result<Option<T>, ClientError> {
        self.caller.call(path, body_of(request, None)?).await
    }

    /// One typed call, for oneself or with a token.
    pub(crate) async fn act<T: DeserializeOwned>(
        &self,
        endpoint: EndpointId,
        token: Option<&AuthorizationToken>,
        request: &(impl Serialize + ?Sized),
    ) -> Result<T, ClientError> {
        self.caller.ask(Endpoint::of(endpoint).path, body_of(request, token)?).await
    }
}
