//! What a review page is made of, read in one snapshot.

use countersign_domain::authorization::Authorization;
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::merchant::Merchant;
use countersign_service::authorizations::DecideError;
use countersign_store::queries::{authorizations, merchants, users};
use countersign_store::{ReadTx, StoreError};

use crate::failure::Failure;
use crate::state::WebState;

/// A request to this merchant with what stands around it.
pub(super) struct Case {
    /// The request.
    pub(super) request: Authorization,
    /// The grant that it would change or has changed.
    pub(super) changed: Option<Authorization>,
    /// Who asks.
    pub(super) provider: Merchant,
    /// The newest record of the pair that was a grant.
    pub(super) last_grant: Option<Authorization>,
    /// The newest record of the pair.
    pub(super) newest: Option<Authorization>,
    /// Who decided on it.
    pub(super) decided_by: Option<String>,
}

fn read(tx: &mut dyn ReadTx, merchant: MerchantId, id: AuthorizationId) -> Result<Option<Case>, StoreError> {
    let own = authorizations::get(tx, id)?.filter(|record| record.merchant_id == merchant);
    let Some(request) = own else { return Ok(None) };
    let Some(provider) = merchants::get(tx, request.provider_id)? else { return Ok(None) };
    let changed = match request.changes {
        Some(id) => authorizations::get(tx, id)?,
        None => None,
    };
    let decided_by = match request.decided {
        Some((_, by)) => users::get(tx, by)?.map(|account| account.user.email),
        None => None,
    };
    Ok(Some(Case {
        last_grant: authorizations::last_grant(tx, request.provider_id, merchant)?,
        newest: authorizations::newest(tx, request.provider_id, merchant)?,
        request,
        changed,
        provider,
        decided_by,
    }))
}

/// The request with this id, where it is one to `merchant`.
pub(super) async fn find(
    state: &WebState,
    merchant: MerchantId,
    id: Option<AuthorizationId>,
) -> Result<Option<Case>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(state.platform().read("review_case", move |tx, _| read(tx, merchant, id)).await?)
}

/// What a decision that was not taken means for the reader.
pub(super) enum Refusal {
    /// The one page for nothing to decide.
    Unavailable,
    /// Another decision, the provider or time came first.
    Closed,
    /// The page must be read again.
    Changed,
    /// No permission was left.
    NoScope,
    /// The last day has passed.
    EndInThePast,
    /// The reason is too long.
    ReasonLength,
}

/// Sorts the refusals of a use case.
pub(super) fn refusal(error: DecideError) -> Result<Refusal, Failure> {
    Ok(match error {
        DecideError::Unknown => Refusal::Unavailable,
        DecideError::NotPossible(_) => Refusal::Closed,
        // Scopes beyond the request: the operator took one from the provider after the page was shown.
        DecideError::ChangedMeanwhile | DecideError::BeyondRequest => Refusal::Changed,
        DecideError::NoScope => Refusal::NoScope,
        DecideError::EndInThePast => Refusal::EndInThePast,
        DecideError::ReasonLength => Refusal::ReasonLength,
        DecideError::Store(error) => return Err(error.into()),
        error @ DecideError::Collision => return Err(Failure::internal(error)),
    })
}
