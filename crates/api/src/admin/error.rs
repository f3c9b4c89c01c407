//! Why an act of the operator was refused, in words for the operator.

use axum::response::{IntoResponse, Response};
use countersign_domain::address::AddressError;
use countersign_domain::commission::ScheduleError;
use countersign_domain::money::MoneyError;
use countersign_service::accounts::AccountError;
use countersign_service::api_keys::KeyError;
use countersign_service::booking::BookingError;
use countersign_service::deposits::DepositError;
use countersign_store::StoreError;
use http::{HeaderValue, StatusCode, header};

/// A refused act. `Display` is fit for the operator's eyes.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The body is not the JSON that this call takes.
    #[error("the body is not what this call takes: {0}")]
    Body(#[from] serde_json::Error),
    /// Not one of the ten scopes.
    #[error("'{0}' is no scope; scopes are CONVERT, REFUND, CHECKOUT and so on, in upper case")]
    Scope(String),
    /// Not the number of an account.
    #[error("'{0}' is not the number of a merchant or payer")]
    Account(String),
    /// Not a currency of this platform.
    #[error("'{0}' is not a currency of this platform")]
    Currency(String),
    /// Neither of the two wallets.
    #[error("'{0}' is no wallet; there are FUNDING_WALLET and SPOT_WALLET")]
    Wallet(String),
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
    /// An account was not enrolled or configured.
    #[error(transparent)]
    Enrolment(#[from] AccountError),
    /// A key was not made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A deposit was not booked.
    #[error(transparent)]
    Deposit(#[from] DepositError),
}

impl AdminError {
    /// The HTTP status on the socket.
    fn status(&self) -> StatusCode {
        match self {
            Self::Body(_)
            | Self::Scope(_)
            | Self::Account(_)
            | Self::Currency(_)
            | Self::Wallet(_)
            | Self::Percent(_)
            | Self::Amount(_)
            | Self::Commission(_)
            | Self::Address(_) => StatusCode::BAD_REQUEST,
            Self::Enrolment(error) => match error {
                AccountError::Name | AccountError::Email | AccountError::NotAProvider => StatusCode::BAD_REQUEST,
                AccountError::EmailTaken => StatusCode::CONFLICT,
                AccountError::UnknownMerchant => StatusCode::NOT_FOUND,
                AccountError::Collision => StatusCode::INTERNAL_SERVER_ERROR,
                AccountError::Store(error) => of_store(error),
            },
            Self::Key(error) => match error {
                KeyError::Name => StatusCode::BAD_REQUEST,
                KeyError::UnknownMerchant | KeyError::UnknownKey => StatusCode::NOT_FOUND,
                KeyError::TooMany => StatusCode::CONFLICT,
                KeyError::Collision | KeyError::Sealed(_) => StatusCode::INTERNAL_SERVER_ERROR,
                KeyError::Store(error) => of_store(error),
            },
            Self::Deposit(error) => match error {
                DepositError::UnknownOwner => StatusCode::NOT_FOUND,
                DepositError::NotPositive | DepositError::Booking(BookingError::OutOfRange) => StatusCode::BAD_REQUEST,
                DepositError::Booking(BookingError::Store(error)) => of_store(error),
                DepositError::Booking(
                    BookingError::InsufficientFunds(_) | BookingError::AlreadyBooked | BookingError::Collision,
                ) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }
}

fn of_store(error: &StoreError) -> StatusCode {
    if error.is_transient() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(cause = %self, "an act of the operator failed inside");
        }
        let json = HeaderValue::from_static("application/json");
        let body = serde_json::json!({ "error": self.to_string() }).to_string();
        (status, [(header::CONTENT_TYPE, json)], body).into_response()
    }
}
