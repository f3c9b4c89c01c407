//! Suspending a sub-merchant and letting it sell again (`decisions.md` row 26).

use axum::extract::{Path, State};
use countersign_domain::id::SubMerchantId;
use countersign_domain::sub_merchant::SubMerchantStatus;
use countersign_service::sub_merchants::{self as service, SetStatusError};

use super::find;
use crate::failure::redirect;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, not_found, ok};
use crate::pages::SubMerchantSuspendPage;
use crate::paths;
use crate::session::{Notice, PartnerMember, SessionForm};
use crate::state::WebState;
use crate::view::Place;

/// Asks first. What is suspended already leads to its page.
pub(crate) async fn suspend_form(
    State(state): State<WebState>,
    Path(text): Path<String>,
    partner: PartnerMember,
) -> Answer {
    let found = find(&state, &partner, id(&text)?).await?;
    if found.status == SubMerchantStatus::Suspended {
        return Ok(redirect(&paths::sub_merchant(&text)));
    }
    ok(&SubMerchantSuspendPage {
        chrome: partner.0.chrome(Place::SubMerchants),
        sub_merchant_id: text,
        name: found.details.name,
    })
}

/// Suspends it.
pub(crate) async fn suspend(
    State(state): State<WebState>,
    Path(text): Path<String>,
    partner: PartnerMember,
    SessionForm(_): SessionForm,
) -> Answer {
    set(&state, &partner, id(&text)?, (SubMerchantStatus::Suspended, Notice::SubMerchantSuspended)).await
}

/// Lets it sell again.
pub(crate) async fn resume(
    State(state): State<WebState>,
    Path(text): Path<String>,
    partner: PartnerMember,
    SessionForm(_): SessionForm,
) -> Answer {
    set(&state, &partner, id(&text)?, (SubMerchantStatus::Active, Notice::SubMerchantResumed)).await
}

async fn set(
    state: &WebState,
    partner: &PartnerMember,
    id: SubMerchantId,
    (status, notice): (SubMerchantStatus, Notice),
) -> Answer {
    let (subject, who) = ((partner.0.id(), id), (partner.0.actor(), state.platform().business_now()));
    let write =
        state.platform().write("sub_merchant_status", move |tx, _| service::set_status(tx, subject, status, who));
    match write.await {
        Ok(()) => Ok(done(state, &paths::sub_merchant(&id.to_string()), notice)),
        Err(SetStatusError::Unknown) => Err(not_found()),
        Err(SetStatusError::Store(error)) => Err(error.into()),
    }
}
