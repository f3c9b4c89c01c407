//! The calls a provider makes for a merchant.

use std::fmt;

use countersign_wire::AuthorizationToken;
use countersign_wire::answers::{BalanceV2Answer, OrderCreated, OrderState};
use countersign_wire::endpoint::EndpointId;
use countersign_wire::requests::OrderCreate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::body_of;
use crate::client::Client;
use crate::error::ClientError;
use crate::query::{OrderReference, Wallet, balance_query};

/// A provider's client acting for a merchant: the token goes into the body field
/// `BinancePay-technicalServiceProviderAuthId`. Made by [`Client::on_behalf_of`].
#[derive(Clone, Copy)]
pub struct OnBehalf<'c> {
    pub(crate) client: &'c Client,
    pub(crate) token: &'c AuthorizationToken,
}

impl fmt::Debug for OnBehalf<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OnBehalf").field("client", self.client).finish_non_exhaustive()
    }
}

impl<'c> OnBehalf<'c> {
    pub(crate) const fn new(client: &'c Client, token: &'c AuthorizationToken) -> Self {
        Self { client, token }
    }

    /// `v3/order` for the merchant, into whose wallet the payment settles. Needs CHECKOUT.
    pub async fn create_order(&self, order: &OrderCreate<'_>) -> Result<OrderCreated, ClientError> {
        self.client.act(EndpointId::OrderCreateV3, Some(self.token), order).await
    }

    /// `v2/order` for the merchant, as in the provider guide's own example. Needs CHECKOUT.
    pub async fn create_order_v2(&self, order: &OrderCreate<'_>) -> Result<OrderCreated, ClientError> {
        self.client.act(EndpointId::OrderCreateV2, Some(self.token), order).await
    }

    /// `v2/order/query` among the merchant's orders. Needs CHECKOUT.
    pub async fn query_order(&self, order: OrderReference<'_>) -> Result<OrderState, ClientError> {
        self.client.act(EndpointId::OrderQueryV2, Some(self.token), &order.question()).await
    }

    /// `v2/balance` of the merchant's wallet. Needs BALANCE.
    pub async fn balance(&self, wallet: Wallet, currency: Option<&str>) -> Result<BalanceV2Answer, ClientError> {
        self.client.act(EndpointId::BalanceV2, Some(self.token), &balance_query(wallet, currency)).await
    }

    /// Any other endpoint that takes a token, see [`Client::call`].
    pub async fn call<T: DeserializeOwned>(
        &self,
        path: &str,
        request: &(impl Serialize + ?Sized),
    ) -> Result<Option<T>, ClientError> {
        self.client.caller.call(path, body_of(request, Some(self.token))?).await
    }
}
