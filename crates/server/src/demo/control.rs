//! A typed client of the sandbox's control API (`contract.md` §3): what people would do in the portal and the wallet.

use countersign_client::{Config, RawAnswer, SetupError, Timeouts, Transport, TransportError, Wallet};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use super::transcript::{Recorded, Transcript};

const PREFIX: &str = "/sandbox/v1";

/// Why a control call did not succeed.
#[derive(Debug, Error)]
pub(crate) enum ControlError {
    /// The base URL or the token cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The token cannot stand in a header.
    #[error("the control token holds characters that cannot stand in a header")]
    Token,
    /// No whole answer came.
    #[error("the sandbox does not answer")]
    Transport(#[from] TransportError),
    /// The sandbox refused.
    #[error("the sandbox refused {path} (HTTP {http_status}): {error}")]
    Refused {
        /// The call.
        path: String,
        /// The answer's HTTP status.
        http_status: u16,
        /// The refusal's text.
        error: String,
    },
    /// The answer is not what the control API answers.
    #[error("{path} answered something else than the control API does (HTTP {http_status})")]
    Malformed {
        /// The call.
        path: String,
        /// The answer's HTTP status.
        http_status: u16,
        /// What did not fit.
        #[source]
        reason: serde_json::Error,
    },
}

/// A provider, merchant or partner, and its key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MerchantAccount {
    pub(super) merchant_id: String,
    pub(super) name: String,
    api_key: String,
    #[serde(deserialize_with = "secret")]
    api_secret: SecretString,
}

impl MerchantAccount {
    /// How to call the merchant API as this account.
    pub(super) fn config(&self, base_url: &str) -> Config {
        Config::new(base_url, &self.api_key, self.api_secret.clone())
    }
}

/// A payer.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayerAccount {
    pub(super) binance_id: String,
    pub(super) name: String,
}

/// A kind of account that has a merchant id.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MerchantKind {
    Provider,
    Merchant,
    Partner,
}

/// What a merchant decides.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Decision {
    Approve,
    Disable,
}

/// The answer to a payment.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paid {
    pub(super) status: String,
    pub(super) transaction_id: String,
}

/// One delivery, as far as it explains a webhook that did not come.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delivery {
    pub(super) biz_type: String,
    pub(super) biz_status: String,
    pub(super) attempts: i64,
    pub(super) state: String,
    #[serde(default)]
    pub(super) last_status: serde_json::Value,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// The control API of one sandbox.
pub(super) struct Control {
    transport: Transport,
    authorization: axum::http::HeaderValue,
    transcript: Transcript,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewAccount<'a, K> {
    kind: K,
    name: &'a str,
}

#[derive(Serialize)]
struct Credit<'a> {
    account: &'a str,
    wallet: &'a str,
    currency: &'a str,
    amount: &'a str,
}

#[derive(Deserialize)]
struct Credited {
    available: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AllowScopes<'a> {
    merchant_id: &'a str,
    allow_scopes: &'a [&'a str],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FeeShare<'a> {
    merchant_id: &'a str,
    fee_share_percent: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Commission<'a> {
    merchant_id: &'a str,
    commission_percent: &'a str,
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decide<'a> {
    authorization_id: &'a str,
    decision: Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'a [&'a str]>,
}

#[derive(Deserialize)]
struct Decided {
    status: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pay<'a> {
    prepay_id: &'a str,
    payer: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    merchant_id: &'a str,
    url: &'a str,
}

#[derive(Deserialize)]
struct EndpointSet {
    url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfMerchant<'a> {
    merchant_id: &'a str,
}

#[derive(Deserialize)]
struct Deliveries {
    deliveries: Vec<Delivery>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Control {
    /// The control API below `base_url`.
    pub(super) fn new(base_url: &str, token: &SecretString, transcript: Transcript) -> Result<Self, ControlError> {
        let bearer = format!("Bearer {}", token.expose_secret());
        let mut authorization = axum::http::HeaderValue::from_str(&bearer).map_err(|_| ControlError::Token)?;
        authorization.set_sensitive(true);
        Ok(Self { transport: Transport::new(base_url, Timeouts::default())?, authorization, transcript })
    }

    /// Enrols an account with a merchant id.
    pub(super) async fn merchant(&self, kind: MerchantKind, name: &str) -> Result<MerchantAccount, ControlError> {
        self.post("/accounts", &NewAccount { kind, name }).await
    }

    /// Enrols a payer.
    pub(super) async fn payer(&self, name: &str) -> Result<PayerAccount, ControlError> {
        self.post("/accounts", &NewAccount { kind: "payer", name }).await
    }

    /// Puts money into a funding wallet; answers what is available then.
    pub(super) async fn credit(&self, account: &str, currency: &str, amount: &str) -> Result<String, ControlError> {
        let credit = Credit { account, wallet: Wallet::Funding.as_str(), currency, amount };
        self.post("/wallets/credit", &credit).await.map(|credited: Credited| credited.available)
    }

    /// Sets the scopes a provider may ask for.
    pub(super) async fn allow_scopes(&self, merchant_id: &str, allow_scopes: &[&str]) -> Result<(), ControlError> {
        let Nothing {} = self.post("/providers/configure", &AllowScopes { merchant_id, allow_scopes }).await?;
        Ok(())
    }

    /// Sets which part of commissions a provider gets.
    pub(super) async fn fee_share(&self, merchant_id: &str, fee_share_percent: &str) -> Result<(), ControlError> {
        let Nothing {} = self.post("/providers/configure", &FeeShare { merchant_id, fee_share_percent }).await?;
        Ok(())
    }

    /// Sets what the platform takes of each payment to a merchant.
    pub(super) async fn commission(&self, merchant_id: &str, commission_percent: &str) -> Result<(), ControlError> {
        let Nothing {} = self.post("/merchants/configure", &Commission { merchant_id, commission_percent }).await?;
        Ok(())
    }

    /// Decides for the merchant; answers the status.
    pub(super) async fn decide(
        &self,
        authorization_id: &str,
        decision: Decision,
        scopes: Option<&[&str]>,
    ) -> Result<String, ControlError> {
        let decide = Decide { authorization_id, decision, scopes };
        self.post("/authorizations/decide", &decide).await.map(|decided: Decided| decided.status)
    }

    /// Pays an order from the payer's wallet.
    pub(super) async fn pay(&self, prepay_id: &str, payer: &str) -> Result<Paid, ControlError> {
        self.post("/orders/pay", &Pay { prepay_id, payer }).await
    }

    /// Sends an account's webhooks to this URL alone.
    pub(super) async fn webhook_endpoint(&self, merchant_id: &str, url: &str) -> Result<String, ControlError> {
        self.post("/webhooks/endpoint", &Endpoint { merchant_id, url }).await.map(|set: EndpointSet| set.url)
    }

    /// How the deliveries to an account went.
    pub(super) async fn deliveries(&self, merchant_id: &str) -> Result<Vec<Delivery>, ControlError> {
        self.post("/webhooks/deliveries", &OfMerchant { merchant_id }).await.map(|list: Deliveries| list.deliveries)
    }

    async fn post<T: DeserializeOwned>(&self, call: &str, body: &impl Serialize) -> Result<T, ControlError> {
        let path = format!("{PREFIX}{call}");
        let request = serde_json::to_vec(body).expect("control calls are made of texts");
        let headers = [(axum::http::header::AUTHORIZATION, self.authorization.clone())].into_iter().collect();
        let answer = self.transport.post(&path, headers, request.clone()).await?;
        self.transcript.keep(Recorded {
            caller: "control",
            path: path.clone(),
            request,
            http_status: answer.http_status,
            answer: answer.body.clone(),
            explanation: None,
        });
        read(path, &answer)
    }
}

fn read<T: DeserializeOwned>(path: String, answer: &RawAnswer) -> Result<T, ControlError> {
    let http_status = answer.http_status;
    if (200..300).contains(&http_status) {
        return serde_json::from_slice(&answer.body).map_err(|reason| ControlError::Malformed {
            path,
            http_status,
            reason,
        });
    }
    match serde_json::from_slice::<Refusal>(&answer.body) {
        Ok(Refusal { error }) => Err(ControlError::Refused { path, http_status, error }),
        Err(reason) => Err(ControlError::Malformed { path, http_status, reason }),
    }
}
