//! Why an act of the operator was refused: words for the operator, a code for programs, an HTTP status.
//!
//! The codes are promised in `docs/OPERATOR-API.md`; a test holds that page against [`AdminError::CODES`].

use axum::response::{IntoResponse, Response};
use countersign_domain::address::AddressError;
use countersign_domain::admin_key::{Capability, LimitsError, OverLimit};
use countersign_domain::commission::ScheduleError;
use countersign_domain::external_posting::{REFERENCE_LENGTH_MAX, REMARK_LENGTH_MAX};
use countersign_domain::money::MoneyError;
use countersign_service::accounts::AccountError;
use countersign_service::admin_keys::AdminKeyError;
use countersign_service::api_keys::KeyError;
use countersign_service::booking::BookingError;
use countersign_service::operator::{Denied, PostError, PostRefused, ReadError, StatusError, StatusRefused};
use countersign_store::StoreError;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::signed::CallRefused;

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
    /// A signed call did not get as far as its act.
    #[error(transparent)]
    Call(#[from] CallRefused),
}

/// A code and its status.
type Told = (StatusCode, &'static str);

const INVALID_BODY: Told = (StatusCode::BAD_REQUEST, "invalid_body");
const INVALID_FIELD: Told = (StatusCode::BAD_REQUEST, "invalid_field");
const KEY_REVOKED: Told = (StatusCode::UNAUTHORIZED, "key_revoked");
const CAPABILITY_MISSING: Told = (StatusCode::FORBIDDEN, "capability_missing");
const UNKNOWN_ACCOUNT: Told = (StatusCode::NOT_FOUND, "unknown_account");
const UNKNOWN_KEY: Told = (StatusCode::NOT_FOUND, "unknown_key");
const ALREADY_TAKEN: Told = (StatusCode::CONFLICT, "already_taken");
const TOO_MANY: Told = (StatusCode::CONFLICT, "too_many");
const REFERENCE_USED: Told = (StatusCode::CONFLICT, "reference_used");
const ACCOUNT_FROZEN: Told = (StatusCode::UNPROCESSABLE_ENTITY, "account_frozen");
const INSUFFICIENT_FUNDS: Told = (StatusCode::UNPROCESSABLE_ENTITY, "insufficient_funds");
const BALANCE_OUT_OF_RANGE: Told = (StatusCode::UNPROCESSABLE_ENTITY, "balance_out_of_range");
const CURRENCY_NOT_LIMITED: Told = (StatusCode::UNPROCESSABLE_ENTITY, "currency_not_limited");
const OVER_POSTING_LIMIT: Told = (StatusCode::UNPROCESSABLE_ENTITY, "over_posting_limit");
const OVER_DAY_LIMIT: Told = (StatusCode::UNPROCESSABLE_ENTITY, "over_day_limit");
const UNKNOWN_PATH: Told = (StatusCode::NOT_FOUND, "unknown_path");
const METHOD: Told = (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
const MEDIA_TYPE: Told = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
const QUERY: Told = (StatusCode::BAD_REQUEST, "query_not_allowed");
const BODY_TOO_LARGE: Told = (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large");
const BODY_INCOMPLETE: Told = (StatusCode::REQUEST_TIMEOUT, "body_incomplete");
const INVALID_HEADER: Told = (StatusCode::BAD_REQUEST, "invalid_header");
const UNKNOWN_CALLER: Told = (StatusCode::UNAUTHORIZED, "unknown_admin_key");
const TIMESTAMP: Told = (StatusCode::UNAUTHORIZED, "timestamp_outside_window");
const SIGNATURE: Told = (StatusCode::UNAUTHORIZED, "signature_mismatch");
const REPLAYED: Told = (StatusCode::UNAUTHORIZED, "replayed");
const ADDRESS: Told = (StatusCode::FORBIDDEN, "address_not_listed");
const BUSY: Told = (StatusCode::SERVICE_UNAVAILABLE, "busy");
const OUTCOME_UNKNOWN: Told = (StatusCode::SERVICE_UNAVAILABLE, "outcome_unknown");
const INTERNAL: Told = (StatusCode::INTERNAL_SERVER_ERROR, "internal");

impl AdminError {
    /// Every code with its HTTP status, in the order of the page.
    pub const CODES: &'static [(StatusCode, &'static str)] = &[
        INVALID_HEADER,
        QUERY,
        INVALID_BODY,
        INVALID_FIELD,
        UNKNOWN_CALLER,
        KEY_REVOKED,
        TIMESTAMP,
        SIGNATURE,
        REPLAYED,
        ADDRESS,
        CAPABILITY_MISSING,
        UNKNOWN_PATH,
        UNKNOWN_ACCOUNT,
        UNKNOWN_KEY,
        METHOD,
        BODY_INCOMPLETE,
        REFERENCE_USED,
        ALREADY_TAKEN,
        TOO_MANY,
        BODY_TOO_LARGE,
        MEDIA_TYPE,
        ACCOUNT_FROZEN,
        INSUFFICIENT_FUNDS,
        BALANCE_OUT_OF_RANGE,
        CURRENCY_NOT_LIMITED,
        OVER_POSTING_LIMIT,
        OVER_DAY_LIMIT,
        INTERNAL,
        BUSY,
        OUTCOME_UNKNOWN,
    ];

    /// The code, where a caller was refused for what it is or how it called, not for what it asked for.
    pub(super) fn callers_fault(&self) -> Option<&'static str> {
        let (status, code) = self.told();
        let of_call = matches!(self, Self::Call(_)) && status.is_client_error();
        (of_call || [KEY_REVOKED.1, CAPABILITY_MISSING.1].contains(&code)).then_some(code)
    }

    fn told(&self) -> Told {
        match self {
            Self::Body(_) | Self::NoObject => INVALID_BODY,
            Self::Scope(_)
            | Self::Capability(_)
            | Self::Account(_)
            | Self::OneAccount
            | Self::Currency(_)
            | Self::Wallet(_)
            | Self::PostingKind(_)
            | Self::Reference
            | Self::Remark(_)
            | Self::Percent(_)
            | Self::Amount(_)
            | Self::Commission(_)
            | Self::Address(_)
            | Self::Limits(_) => INVALID_FIELD,
            Self::Enrolment(error) => match error {
                AccountError::Name | AccountError::Email | AccountError::NotAProvider => INVALID_FIELD,
                AccountError::EmailTaken => ALREADY_TAKEN,
                AccountError::UnknownMerchant => UNKNOWN_ACCOUNT,
                AccountError::Collision => INTERNAL,
                AccountError::Store(error) => of_store(error),
            },
            Self::Key(error) => match error {
                KeyError::Name => INVALID_FIELD,
                KeyError::UnknownMerchant => UNKNOWN_ACCOUNT,
                KeyError::UnknownKey => UNKNOWN_KEY,
                KeyError::TooMany => TOO_MANY,
                KeyError::Collision | KeyError::Sealed(_) => INTERNAL,
                KeyError::Store(error) => of_store(error),
            },
            Self::AdminKey(error) => match error {
                AdminKeyError::Name | AdminKeyError::NoCapability | AdminKeyError::NothingToLimit => INVALID_FIELD,
                AdminKeyError::UnknownKey => UNKNOWN_KEY,
                AdminKeyError::TooMany => TOO_MANY,
                AdminKeyError::Collision | AdminKeyError::Sealed(_) => INTERNAL,
                AdminKeyError::Store(error) => of_store(error),
            },
            Self::Post(error) => of_posting(error),
            Self::Status(error) => match error {
                StatusError::Refused(StatusRefused::Denied(denied)) => of_denial(*denied),
                StatusError::Refused(StatusRefused::UnknownAccount) => UNKNOWN_ACCOUNT,
                StatusError::Store(error) => of_store(error),
            },
            Self::Read(error) => match error {
                ReadError::Denied(denied) => of_denial(*denied),
                ReadError::UnknownAccount => UNKNOWN_ACCOUNT,
                ReadError::Store(error) => of_store(error),
            },
            Self::Call(refused) => of_call(refused),
        }
    }
}

fn of_posting(error: &PostError) -> Told {
    match error {
        PostError::Refused(refused) => match refused {
            PostRefused::Denied(denied) => of_denial(*denied),
            PostRefused::NotPositive => INVALID_FIELD,
            PostRefused::ReferenceUsed => REFERENCE_USED,
            PostRefused::UnknownAccount => UNKNOWN_ACCOUNT,
            PostRefused::AccountFrozen => ACCOUNT_FROZEN,
            PostRefused::Over(OverLimit::Currency(_)) => CURRENCY_NOT_LIMITED,
            PostRefused::Over(OverLimit::Posting(_)) => OVER_POSTING_LIMIT,
            PostRefused::Over(OverLimit::Day(_)) => OVER_DAY_LIMIT,
            PostRefused::InsufficientFunds(_) => INSUFFICIENT_FUNDS,
            PostRefused::OutOfRange => BALANCE_OUT_OF_RANGE,
        },
        PostError::Booking(BookingError::Store(error)) => of_store(error),
        // Two first deposits of a currency at once: each was judged alone, the second did not fit.
        PostError::Booking(BookingError::OutOfRange) => BALANCE_OUT_OF_RANGE,
        PostError::Booking(
            BookingError::InsufficientFunds(_) | BookingError::AlreadyBooked | BookingError::Collision,
        ) => INTERNAL,
    }
}

fn of_denial(denied: Denied) -> Told {
    match denied {
        Denied::KeyRevoked => KEY_REVOKED,
        Denied::Lacks(_) => CAPABILITY_MISSING,
    }
}

fn of_call(refused: &CallRefused) -> Told {
    match refused {
        CallRefused::UnknownPath => UNKNOWN_PATH,
        CallRefused::Method(_) => METHOD,
        CallRefused::Query => QUERY,
        CallRefused::MediaType => MEDIA_TYPE,
        CallRefused::BodyTooLarge => BODY_TOO_LARGE,
        CallRefused::BodyIncomplete => BODY_INCOMPLETE,
        CallRefused::Header { .. } => INVALID_HEADER,
        CallRefused::UnknownKey => UNKNOWN_CALLER,
        CallRefused::RevokedKey => KEY_REVOKED,
        CallRefused::Window { .. } => TIMESTAMP,
        CallRefused::Signature(_) => SIGNATURE,
        CallRefused::Replayed => REPLAYED,
        CallRefused::AddressNotListed(_) => ADDRESS,
        CallRefused::Waited | CallRefused::TooManyCalls | CallRefused::TimedOut => BUSY,
        CallRefused::Failed(_) => INTERNAL,
    }
}

fn of_store(error: &StoreError) -> Told {
    match error {
        StoreError::OutcomeUnknown { .. } => OUTCOME_UNKNOWN,
        error if error.is_transient() => BUSY,
        _ => INTERNAL,
    }
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
