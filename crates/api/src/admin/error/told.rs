//! Which code and which HTTP status each refusal has: one exhaustive map.

use countersign_domain::admin_key::OverLimit;
use countersign_service::accounts::AccountError;
use countersign_service::admin_keys::AdminKeyError;
use countersign_service::api_keys::KeyError;
use countersign_service::booking::BookingError;
use countersign_service::operator::{
    Denied, PostError, PostRefused, ReadError, StatusError, StatusRefused, WebhookError, WebhookRefused,
};
use countersign_store::StoreError;
use http::StatusCode;

use super::AdminError;
use crate::admin::signed::CallRefused;

/// A code and its status.
pub(super) type Told = (StatusCode, &'static str);

const INVALID_BODY: Told = (StatusCode::BAD_REQUEST, "invalid_body");
const INVALID_FIELD: Told = (StatusCode::BAD_REQUEST, "invalid_field");
const KEY_REVOKED: Told = (StatusCode::UNAUTHORIZED, "key_revoked");
const CAPABILITY_MISSING: Told = (StatusCode::FORBIDDEN, "capability_missing");
const UNKNOWN_ACCOUNT: Told = (StatusCode::NOT_FOUND, "unknown_account");
const UNKNOWN_KEY: Told = (StatusCode::NOT_FOUND, "unknown_key");
const UNKNOWN_ENDPOINT: Told = (StatusCode::NOT_FOUND, "unknown_endpoint");
const UNKNOWN_DELIVERY: Told = (StatusCode::NOT_FOUND, "unknown_delivery");
const ALREADY_TAKEN: Told = (StatusCode::CONFLICT, "already_taken");
const TOO_MANY: Told = (StatusCode::CONFLICT, "too_many");
const UNDER_WAY: Told = (StatusCode::CONFLICT, "under_way");
const REFERENCE_USED: Told = (StatusCode::CONFLICT, "reference_used");
const ACCOUNT_FROZEN: Told = (StatusCode::UNPROCESSABLE_ENTITY, "account_frozen");
const INSUFFICIENT_FUNDS: Told = (StatusCode::UNPROCESSABLE_ENTITY, "insufficient_funds");
const BALANCE_OUT_OF_RANGE: Told = (StatusCode::UNPROCESSABLE_ENTITY, "balance_out_of_range");
const CURRENCY_NOT_LIMITED: Told = (StatusCode::UNPROCESSABLE_ENTITY, "currency_not_limited");
const OVER_POSTING_LIMIT: Told = (StatusCode::UNPROCESSABLE_ENTITY, "over_posting_limit");
const OVER_DAY_LIMIT: Told = (StatusCode::UNPROCESSABLE_ENTITY, "over_day_limit");
const ENDPOINT_DISABLED: Told = (StatusCode::UNPROCESSABLE_ENTITY, "endpoint_disabled");
const ENDPOINT_REMOVED: Told = (StatusCode::UNPROCESSABLE_ENTITY, "endpoint_removed");
const SENT_TOO_OFTEN: Told = (StatusCode::UNPROCESSABLE_ENTITY, "sent_too_often");
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
pub(super) const BUSY: Told = (StatusCode::SERVICE_UNAVAILABLE, "busy");
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
        UNKNOWN_ENDPOINT,
        UNKNOWN_DELIVERY,
        METHOD,
        BODY_INCOMPLETE,
        REFERENCE_USED,
        ALREADY_TAKEN,
        TOO_MANY,
        UNDER_WAY,
        BODY_TOO_LARGE,
        MEDIA_TYPE,
        ACCOUNT_FROZEN,
        INSUFFICIENT_FUNDS,
        BALANCE_OUT_OF_RANGE,
        CURRENCY_NOT_LIMITED,
        OVER_POSTING_LIMIT,
        OVER_DAY_LIMIT,
        ENDPOINT_DISABLED,
        ENDPOINT_REMOVED,
        SENT_TOO_OFTEN,
        INTERNAL,
        BUSY,
        OUTCOME_UNKNOWN,
    ];

    /// The code, where a caller was refused for what it is or how it called, not for what it asked for.
    pub(in crate::admin) fn callers_fault(&self) -> Option<&'static str> {
        let (status, code) = self.told();
        let of_call = matches!(self, Self::Call(_)) && status.is_client_error();
        (of_call || [KEY_REVOKED.1, CAPABILITY_MISSING.1].contains(&code)).then_some(code)
    }

    pub(super) fn told(&self) -> Told {
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
            | Self::EndpointId(_)
            | Self::DeliveryId(_)
            | Self::EventType(_)
            | Self::DeliveryState(_)
            | Self::Limit
            | Self::TargetOfNobody
            | Self::Url(_)
            | Self::Limits(_) => INVALID_FIELD,
            Self::UnknownDelivery => UNKNOWN_DELIVERY,
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
            Self::Webhook(error) => match error {
                WebhookError::Refused(refused) => of_webhook(*refused),
                WebhookError::Collision => INTERNAL,
                WebhookError::Store(error) => of_store(error),
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

const fn of_webhook(refused: WebhookRefused) -> Told {
    match refused {
        WebhookRefused::Denied(denied) => of_denial(denied),
        WebhookRefused::UnknownMerchant => UNKNOWN_ACCOUNT,
        WebhookRefused::UnknownEndpoint => UNKNOWN_ENDPOINT,
        WebhookRefused::UnknownDelivery => UNKNOWN_DELIVERY,
        WebhookRefused::Terms(_) => INVALID_FIELD,
        WebhookRefused::UrlTaken => ALREADY_TAKEN,
        WebhookRefused::TooManyEndpoints => TOO_MANY,
        WebhookRefused::EndpointDisabled => ENDPOINT_DISABLED,
        WebhookRefused::EndpointRemoved => ENDPOINT_REMOVED,
        WebhookRefused::UnderWay | WebhookRefused::InLine => UNDER_WAY,
        WebhookRefused::TooOften => SENT_TOO_OFTEN,
    }
}

const fn of_denial(denied: Denied) -> Told {
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
