//! The first decision of every use case of sub-merchants: for which channel partner it acts.

use countersign_domain::id::{MerchantId, UserId};
use countersign_domain::merchant::{MerchantKind, MerchantStatus};
use countersign_domain::{Scope, Timestamp};
use countersign_store::queries::merchants;
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

use crate::audit::Actor;
use crate::authority::{self, AuthorityError, Call, Denied, Need};

/// On whose word a sub-merchant is enrolled or rewritten.
#[derive(Debug, Clone)]
pub enum By {
    /// A call of the merchant API, by the partner or by a provider with its token.
    Call(Call),
    /// A signed-in person, of whom the page has decided that it owns the partner.
    Owner {
        /// For which partner.
        partner: MerchantId,
        /// Who.
        user: UserId,
        /// Business time.
        now: Timestamp,
    },
}

impl By {
    /// Business time.
    pub(super) const fn now(&self) -> Timestamp {
        match self {
            Self::Call(call) => call.now,
            Self::Owner { now, .. } => *now,
        }
    }

    /// Who acts, for the audit chain.
    pub(super) const fn actor(&self) -> Actor {
        match self {
            Self::Call(call) => Actor::Key(call.caller.key_id),
            Self::Owner { user, .. } => Actor::User(*user),
        }
    }

    /// The channel partner for whom it is done.
    pub(super) fn partner(&self, tx: &mut dyn ReadTx) -> Result<MerchantId, PartnerError> {
        match self {
            Self::Call(call) => acting(tx, call),
            Self::Owner { partner, .. } => owned(tx, *partner),
        }
    }
}

/// Why nobody acts for a channel partner.
#[derive(Debug, Error)]
pub enum PartnerError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Whoever the call acts for is no channel partner (`decisions.md` row 52).
    #[error("the acting merchant is no channel partner")]
    NotAPartner,
}

impl From<StoreError> for PartnerError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

/// The channel partner for whom the call acts: the caller, or the merchant behind its token.
pub(super) fn acting(tx: &mut dyn ReadTx, call: &Call) -> Result<MerchantId, PartnerError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::SubMerchant))?.merchant_id;
    match merchants::get(tx, acting)?.map(|merchant| merchant.kind) {
        Some(MerchantKind::Partner) => Ok(acting),
        Some(MerchantKind::Plain | MerchantKind::Provider { .. }) | None => Err(PartnerError::NotAPartner),
    }
}

/// The same for its owner: it must be a channel partner now, and its account not frozen.
fn owned(tx: &mut dyn ReadTx, partner: MerchantId) -> Result<MerchantId, PartnerError> {
    match merchants::get(tx, partner)?.map(|merchant| (merchant.kind, merchant.status)) {
        Some((MerchantKind::Partner, MerchantStatus::Active)) => Ok(partner),
        Some((MerchantKind::Partner, MerchantStatus::Frozen)) => Err(AuthorityError::from(Denied::CallerFrozen).into()),
        Some((MerchantKind::Plain | MerchantKind::Provider { .. }, _)) | None => Err(PartnerError::NotAPartner),
    }
}

/// Whether `named`, where it is there, is this partner's number.
pub(super) fn is_named(partner: MerchantId, named: Option<&str>) -> bool {
    named.is_none_or(|named| named == partner.to_string())
}
