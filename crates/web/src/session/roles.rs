//! Handlers ask for the person they are for; everybody else is turned away before they run.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::id::{MerchantId, PayerId};
use countersign_domain::merchant::{Merchant, MerchantKind};
use countersign_domain::user::User;
use countersign_domain::{ScopeSet, Timestamp};
use countersign_service::audit::Actor;
use countersign_service::authority::By;
use countersign_service::operator::Caller;

use super::reader::{Party, Reader};
use crate::failure::Failure;
use crate::pages::ErrorKind;
use crate::state::WebState;
use crate::view::{Chrome, Place};

/// Somebody who acts for a merchant.
pub(crate) struct Member {
    pub(crate) user: User,
    pub(crate) merchant: Merchant,
    reader: Reader,
}

impl Member {
    /// The same person where it acts for a merchant.
    pub(crate) fn of(reader: Reader) -> Result<Self, Box<Reader>> {
        match &reader.party {
            Party::Merchant(merchant) => Ok(Self { user: reader.user.clone(), merchant: merchant.clone(), reader }),
            _ => Err(Box::new(reader)),
        }
    }

    pub(crate) fn id(&self) -> MerchantId {
        self.merchant.id
    }

    /// Who acts, for the audit chain.
    pub(crate) fn actor(&self) -> Actor {
        Actor::User(self.user.id)
    }

    /// On whose word something is done, for use cases that calls reach too.
    pub(crate) fn acting(&self, now: Timestamp) -> By {
        By::Owner { merchant: self.merchant.id, user: self.user.id, now }
    }

    pub(crate) fn chrome(&self, place: Place) -> Chrome {
        self.reader.chrome(Some(place))
    }
}

impl FromRequestParts<WebState> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Failure> {
        let reader = Reader::from_request_parts(parts, state).await?;
        Self::of(reader).map_err(|_| Failure::page(ErrorKind::NotAllowed))
    }
}

/// Somebody who acts for a technical service provider.
pub(crate) struct ProviderMember {
    pub(crate) member: Member,
    /// What the operator lets this provider ask for.
    pub(crate) allowed: ScopeSet,
}

impl FromRequestParts<WebState> for ProviderMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Failure> {
        let member = Member::from_request_parts(parts, state).await?;
        match member.merchant.kind {
            MerchantKind::Provider { allowed_scopes, .. } => Ok(Self { member, allowed: allowed_scopes }),
            MerchantKind::Plain | MerchantKind::Partner => Err(Failure::page(ErrorKind::NotAllowed)),
        }
    }
}

/// Somebody who acts for a channel partner.
pub(crate) struct PartnerMember(pub(crate) Member);

impl FromRequestParts<WebState> for PartnerMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Failure> {
        let member = Member::from_request_parts(parts, state).await?;
        match member.merchant.kind {
            MerchantKind::Partner => Ok(Self(member)),
            MerchantKind::Plain | MerchantKind::Provider { .. } => Err(Failure::page(ErrorKind::NotAllowed)),
        }
    }
}

/// The operator.
pub(crate) struct OperatorMember {
    reader: Reader,
}

impl OperatorMember {
    /// Who asks, for the operator's use cases: the session has decided that it is the operator.
    pub(crate) fn caller(&self) -> Caller {
        Caller::Person(Actor::User(self.reader.user.id))
    }

    pub(crate) fn chrome(&self, place: Place) -> Chrome {
        self.reader.chrome(Some(place))
    }
}

impl FromRequestParts<WebState> for OperatorMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Failure> {
        let reader = Reader::from_request_parts(parts, state).await?;
        match &reader.party {
            Party::Operator => Ok(Self { reader }),
            _ => Err(Failure::page(ErrorKind::NotAllowed)),
        }
    }
}

/// A payer.
pub(crate) struct PayerMember {
    pub(crate) id: PayerId,
    pub(crate) name: String,
    pub(crate) reader: Reader,
}

impl FromRequestParts<WebState> for PayerMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Failure> {
        let reader = Reader::from_request_parts(parts, state).await?;
        match &reader.party {
            Party::Payer { id, name } => Ok(Self { id: *id, name: name.clone(), reader }),
            _ => Err(Failure::page(ErrorKind::NotAllowed)),
        }
    }
}
