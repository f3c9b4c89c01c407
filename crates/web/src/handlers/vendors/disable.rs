//! Withdrawing authority for good.

use axum::extract::{Path, State};
use countersign_domain::id::AuthorizationId;
use countersign_service::authorizations::{self as consent, DecideError};
use countersign_store::queries::authorizations;

use super::{find, settled};
use crate::failure::redirect;
use crate::forms::VendorDisableForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{id, ok};
use crate::pages::{VendorDisablePage, VendorState};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::Place;

/// Asks first. What has ended already leads to its page.
pub(crate) async fn disable_form(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let vendor = find(&state, member.id(), id(&text)?).await?;
    if vendor.state == VendorState::Ended {
        return Ok(redirect(&paths::vendor(&text)));
    }
    ok(&VendorDisablePage {
        chrome: member.chrome(Place::Vendors),
        authorization_id: text,
        provider_name: vendor.provider_name,
        provider_id: vendor.record.provider_id.to_string(),
    })
}

/// Withdraws it, and blocks the provider where that is ticked.
pub(crate) async fn disable(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(data): SessionForm,
) -> Answer {
    let record: AuthorizationId = id(&text)?;
    let block = VendorDisableForm::read(&data).block;
    let (merchant, by, now) = (member.id(), member.user.id, state.platform().business_now());
    let write = state.platform().write("authorization_disable", move |tx, platform| {
        consent::disable(tx, platform, (merchant, record, by), now)?;
        if block {
            let provider = authorizations::get(tx, record)?.ok_or(DecideError::Unknown)?.provider_id;
            consent::block_provider(tx, (merchant, provider, by), now)?;
        }
        Ok(())
    });
    settled(&state, (record, Notice::VendorDisabled), write.await)
}
