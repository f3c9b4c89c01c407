//! Why something about webhooks was not done.

use countersign_domain::webhook_endpoint::TermsFault;
use countersign_store::StoreError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::super::authority::Denied;
use crate::deliveries::{RecoverError, ResendError, TargetError};
use crate::platform::Collides;
use crate::webhook_endpoints::EndpointError;

/// A refusal; it is in the audit chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum WebhookRefused {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nobody has this number.
    #[error("{}", EndpointError::UnknownMerchant)]
    UnknownMerchant,
    /// The merchant has no such endpoint; another merchant's is answered alike.
    #[error("{}", EndpointError::Unknown)]
    UnknownEndpoint,
    /// There is no webhook message with this id.
    #[error("there is no such delivery")]
    UnknownDelivery,
    /// What is said of the endpoint cannot be.
    #[error(transparent)]
    Terms(#[from] TermsFault),
    /// Another endpoint of the merchant has this URL.
    #[error("{}", EndpointError::UrlTaken)]
    UrlTaken,
    /// The merchant has as many endpoints as it may have.
    #[error("{}", EndpointError::TooMany)]
    TooManyEndpoints,
    /// The endpoint to send to is disabled.
    #[error("{}", TargetError::Disabled)]
    EndpointDisabled,
    /// The endpoint that the message was for was removed.
    #[error("{}", TargetError::Removed)]
    EndpointRemoved,
    /// A dispatcher has the message in hands.
    #[error("{}", ResendError::UnderWay)]
    UnderWay,
    /// It is due already.
    #[error("{}", ResendError::InLine)]
    InLine,
    /// The message was sent often enough.
    #[error("{}", ResendError::TooOften)]
    TooOften,
}

/// Why the transaction of an act does not stand, or what it refused.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// The act was refused.
    #[error(transparent)]
    Refused(#[from] WebhookRefused),
    /// The drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for WebhookError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

impl From<Denied> for WebhookError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl From<EndpointError> for WebhookError {
    fn from(error: EndpointError) -> Self {
        Self::Refused(match error {
            EndpointError::UnknownMerchant => WebhookRefused::UnknownMerchant,
            EndpointError::Unknown => WebhookRefused::UnknownEndpoint,
            EndpointError::Terms(fault) => fault.into(),
            EndpointError::UrlTaken => WebhookRefused::UrlTaken,
            EndpointError::TooMany => WebhookRefused::TooManyEndpoints,
            // For owners alone: the operator is not refused.
            EndpointError::Held => WebhookRefused::EndpointDisabled,
            EndpointError::Collision => return Self::Collision,
            EndpointError::Store(error) => return Self::Store(error),
        })
    }
}

impl From<TargetError> for WebhookError {
    fn from(error: TargetError) -> Self {
        Self::Refused(match error {
            TargetError::Unknown => WebhookRefused::UnknownEndpoint,
            TargetError::Disabled => WebhookRefused::EndpointDisabled,
            TargetError::Removed => WebhookRefused::EndpointRemoved,
            TargetError::Store(error) => return Self::Store(error),
        })
    }
}

impl From<ResendError> for WebhookError {
    fn from(error: ResendError) -> Self {
        Self::Refused(match error {
            ResendError::Unknown => WebhookRefused::UnknownDelivery,
            ResendError::UnderWay => WebhookRefused::UnderWay,
            ResendError::InLine => WebhookRefused::InLine,
            ResendError::TooOften => WebhookRefused::TooOften,
            ResendError::Target(error) => return error.into(),
            ResendError::Store(error) => return Self::Store(error),
        })
    }
}

impl From<RecoverError> for WebhookError {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::Target(error) => error.into(),
            RecoverError::Store(error) => Self::Store(error),
        }
    }
}
