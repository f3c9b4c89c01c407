//! On whose word something is done for a merchant, where calls and the portal can both do it.

use countersign_domain::authorization::OrderLimits;
use countersign_domain::id::{MerchantId, UserId};
use countersign_domain::merchant::{MerchantKind, MerchantStatus};
use countersign_domain::{Initiator, Timestamp};
use countersign_store::queries::merchants;
use countersign_store::{ReadTx, StoreError, WriteTx};
use serde_json::Value;

use super::{Acting, AuthorityError, Call, Denied, Need, authorize};
use crate::audit::{self, Actor};

/// On whose word it is done.
#[derive(Debug, Clone)]
pub enum By {
    /// A call of the merchant API, by the merchant or by a provider with its token.
    Call(Call),
    /// A signed-in person, of whom the page has decided that it owns the merchant.
    Owner {
        /// For which merchant.
        merchant: MerchantId,
        /// Who.
        user: UserId,
        /// Business time.
        now: Timestamp,
    },
}

impl By {
    /// Business time.
    pub const fn now(&self) -> Timestamp {
        match self {
            Self::Call(call) => call.now,
            Self::Owner { now, .. } => *now,
        }
    }

    /// Who it is, for what is kept of the deed.
    pub const fn initiator(&self) -> Initiator {
        match self {
            Self::Call(call) => Initiator::Key(call.caller.key_id),
            Self::Owner { user, .. } => Initiator::User(*user),
        }
    }

    /// The same for the audit chain.
    pub const fn actor(&self) -> Actor {
        match self {
            Self::Call(call) => Actor::Key(call.caller.key_id),
            Self::Owner { user, .. } => Actor::User(*user),
        }
    }

    /// Decides whether it may be done, and for whom. An owner may do whatever a call may, unless the account is frozen.
    pub fn authorize(&self, tx: &mut dyn ReadTx, need: Need) -> Result<Acting, AuthorityError> {
        match self {
            Self::Call(call) => authorize(tx, call, need),
            Self::Owner { merchant, .. } => own(tx, *merchant),
        }
    }

    /// Writes into the audit chain what a person did where calls leave no row: what a call did is told by what it made.
    pub fn audit_person(
        &self,
        tx: &mut dyn WriteTx,
        merchant: MerchantId,
        (action, detail): (&str, &Value),
    ) -> Result<(), StoreError> {
        match self {
            Self::Call(_) => Ok(()),
            Self::Owner { now, .. } => audit::record(tx, merchant.get(), self.actor(), (action, detail), *now),
        }
    }
}

fn own(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Acting, AuthorityError> {
    let found = merchants::get(tx, merchant)?.filter(|merchant| merchant.status == MerchantStatus::Active);
    let is_partner = found.ok_or(Denied::CallerFrozen)?.kind == MerchantKind::Partner;
    Ok(Acting { merchant_id: merchant, on_behalf: None, is_partner, limits: OrderLimits::none() })
}
