//! The calls of a technical service provider about its authority, and the webhook certificate. None of them takes a token.

use std::borrow::Cow;

use countersign_wire::ScopeName;
use countersign_wire::answers::{Authorization, AuthorizationPage, Certificate, ProviderConfig};
use countersign_wire::endpoint::EndpointId;
use countersign_wire::requests::{ProviderCreate, ProviderRecordGet, ProviderRecordList};
use serde::Serialize;

use crate::client::Client;
use crate::error::ClientError;
use crate::webhook::WebhookVerifier;

/// `{}`.
#[derive(Serialize)]
struct NoParameters {}

impl Client {
    /// `service/provider/config/query`: the scopes this provider may ask merchants for; 400203 for other accounts.
    pub async fn provider_config(&self) -> Result<ProviderConfig, ClientError> {
        self.act(EndpointId::ProviderConfigQuery, None, &NoParameters {}).await
    }

    /// `service/provider/create`: asks a merchant for authority. Send the merchant to `redirect_url`; the token in the
    /// answer does nothing until the merchant approved. `ip_whitelist` holds addresses and CIDR ranges that calls for the
    /// merchant may come from; an empty one means from any.
    pub async fn create_authorization(
        &self,
        merchant_id: &str,
        scopes: &[ScopeName],
        ip_whitelist: &[&str],
    ) -> Result<Authorization, ClientError> {
        let request = ProviderCreate {
            merchant_id: Cow::Borrowed(merchant_id),
            scopes: scopes.iter().map(|scope| Cow::Borrowed(scope.as_str())).collect(),
            ip_whitelist: ip_whitelist.iter().copied().map(Cow::Borrowed).collect(),
        };
        self.act(EndpointId::ProviderCreate, None, &request).await
    }

    /// `service/provider/record/get`: the record for one merchant, its token included; 400208 when there is none.
    pub async fn authorization(&self, merchant_id: &str) -> Result<Authorization, ClientError> {
        let request = ProviderRecordGet { merchant_id: Cow::Borrowed(merchant_id) };
        self.act(EndpointId::ProviderRecordGet, None, &request).await
    }

    /// `service/provider/record`: a page of this provider's records, of one merchant or of all. Pages count from 1 and
    /// have at most [`RECORD_ROWS_MAX`](countersign_wire::requests::RECORD_ROWS_MAX) rows.
    pub async fn authorizations(
        &self,
        page: i64,
        rows: i64,
        merchant_id: Option<&str>,
    ) -> Result<AuthorizationPage, ClientError> {
        let request = ProviderRecordList { page, rows, merchant_id: merchant_id.map(Cow::Borrowed) };
        self.act(EndpointId::ProviderRecord, None, &request).await
    }

    /// `certificates`: the public keys that webhooks are signed with.
    pub async fn certificates(&self) -> Result<Vec<Certificate>, ClientError> {
        self.act(EndpointId::Certificates, None, &NoParameters {}).await
    }

    /// A verifier with today's [`certificates`](Self::certificates). Keep it for days; fetch a new one when it meets an
    /// unknown serial.
    pub async fn webhook_verifier(&self) -> Result<WebhookVerifier, ClientError> {
        Ok(WebhookVerifier::new(&self.certificates().await?)?)
    }
}
