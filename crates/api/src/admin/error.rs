//! Why an act of the operator was refused: words for the operator, a code for programs, an HTTP status.
//!
//! The codes are promised in `docs/OPERATOR-API.md`; a test holds that page against [`AdminError::CODES`].

mod told;

use axum::response::{IntoResponse, Response};
use countersign_domain::address::AddressError;
use countersign_domain::admin_key::{Capability, LimitsError};
use countersign_domain::commission::ScheduleError;
use countersign_domain::external_posting::{REFERENCE_LENGTH_MAX, REMARK_LENGTH_MAX};
use countersign_domain::money::MoneyError;
use countersign_service::accounts::AccountError;
use countersign_service::admin_keys::AdminKeyError;
use countersign_service::api_keys::KeyError;
use countersign_service::deliveries::PAGE_MAX;
use countersign_service::operator::{PostError, ReadError, StatusError, WebhookError, WebhookRefused};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::signed::CallRefused;
use told::BUSY;

/// A refused act. `Display` is fit for the operator's eyes.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The body is not the JSON that this call takes.
    #[error("the body is not what this call takes: {0}")]
    Body(#[from] serde_json::Error),
    /// The body is no JSON object.
    #[error("the body must be a JSON object")]
    NoObject,
    /// Not one of the ten scopes.
    #[error("'{0}' is no scope; scopes are CONVERT, REFUND, CHECKOUT and so on, in upper case")]
    Scope(String),
    /// Not a capability.
    #[error("'{0}' is no capability; there are {list}", list = Capability::ALL.map(Capability::name).join(", "))]
    Capability(String),
    /// Not the number of an account.
    #[error("'{0}' is not the number of a merchant or payer")]
    Account(String),
    /// No account, or two.
    #[error("name one account, by merchantId or by binanceId")]
    OneAccount,
    /// Not a currency of this platform.
    #[error("'{0}' is not a currency of this platform")]
    Currency(String),
    /// Neither of the two wallets.
    #[error("'{0}' is no wallet; there are FUNDING_WALLET and SPOT_WALLET")]
    Wallet(String),
    /// Neither of the two kinds.
    #[error("'{0}' is no kind of posting; there are deposit and withdrawal")]
    PostingKind(String),
    /// Not a reference.
    #[error("a reference has 1 to {REFERENCE_LENGTH_MAX} visible ASCII characters, without blanks")]
    Reference,
    /// Not a remark; holds the field's name.
    #[error("the {0} has 1 to {REMARK_LENGTH_MAX} characters that can be seen")]
    Remark(&'static str),
    /// Not a percentage.
    #[error("'{0}' is not a percentage from 0 to 100 with at most four decimals")]
    Percent(String),
    /// Not an amount of the currency.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// Terms of a commission that cannot be.
    #[error(transparent)]
    Commission(#[from] ScheduleError),
    /// Not the id of an endpoint.
    #[error("'{0}' is not the id of a webhook endpoint")]
    EndpointId(String),
    /// Not the id of a delivery.
    #[error("'{0}' is not the id of a delivery")]
    DeliveryId(String),
    /// Not a type of webhooks.
    #[error("'{0}' is no bizType; there are PAY, PAY_REFUND, TECH_PROVIDER and so on, in upper case")]
    EventType(String),
    /// Not a state of deliveries.
    #[error("'{0}' is no state; there are pending, delivered and parked")]
    DeliveryState(String),
    /// No page has so many.
    #[error("the limit is from 1 to {PAGE_MAX}")]
    Limit,
    /// One endpoint for the messages of many merchants.
    #[error("toEndpointId goes with merchantId: an endpoint gets its own merchant's messages")]
    TargetOfNobody,
    /// A URL that may not be called; holds the reason.
    #[error("{0}")]
    Url(String),
    /// There is no such delivery.
    #[error("{}", WebhookRefused::UnknownDelivery)]
    UnknownDelivery,
    /// Not an address list.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Not limits of postings.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// An account was not enrolled or configured.
    #[error(transparent)]
    Enrolment(#[from] AccountError),
    /// An API key was not made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An admin key was not made, found or revoked.
    #[error(transparent)]
    AdminKey(#[from] AdminKeyError),
    /// Money was not posted.
    #[error(transparent)]
    Post(#[from] PostError),
    /// An account's standing was not changed.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// Something was not shown.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something about webhooks was not done.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// A signed call did not get as far as its act.
    #[error(transparent)]
    Call(#[from] CallRefused),
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let (status, code) = self.told();
        if status.is_server_error() && code != BUSY.1 {
            tracing::error!(code, cause = %self, "an act of the operator failed inside");
        }
        let json = HeaderValue::from_static("application/json");
        let body = json!({ "error": { "code": code, "message": self.to_string() } }).to_string();
        let mut response = (status, [(header::CONTENT_TYPE, json)], body).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
