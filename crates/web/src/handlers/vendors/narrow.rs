//! Narrowing a grant.

use axum::extract::{Path, State};
use countersign_domain::authorization::Grant;
use countersign_domain::id::AuthorizationId;
use countersign_service::authorizations::{self as consent, DecideError};

use super::detail::{Faults, Refused, page};
use super::{find, settled};
use crate::describe::{LimitsFault, parse_addresses, read_limits, scope_set};
use crate::failure::Failure;
use crate::forms::VendorNarrowForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{id, refused};
use crate::pages::ErrorKind;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;

const NO_SCOPE: &str = "Leave at least one permission, or disable the vendor.";

fn read(form: &VendorNarrowForm, state: &WebState) -> Result<Result<Grant, Refused>, Failure> {
    let scopes = scope_set(&form.scopes).ok_or(Failure::page(ErrorKind::BadRequest))?;
    let now = state.platform().business_now();
    let (addresses, limits) = (parse_addresses(&form.addresses), read_limits(&form.limits, now));
    Ok(match (addresses, limits) {
        (Ok(addresses), Ok(limits)) if !scopes.is_empty() => {
            Ok(Grant { scopes, addresses, limits: limits.order, ends_at: limits.ends_at })
        }
        (addresses, limits) => {
            let faults = Faults {
                scopes: scopes.is_empty().then(|| NO_SCOPE.to_owned()),
                addresses: addresses.err(),
                limits: limits.err().unwrap_or_default(),
            };
            Err(came_back(form, faults))
        }
    })
}

fn came_back(form: &VendorNarrowForm, faults: Faults) -> Refused {
    Refused {
        scopes: scope_set(&form.scopes).unwrap_or_default(),
        addresses: form.addresses.clone(),
        limits: form.limits.clone(),
        faults,
    }
}

async fn again(state: &WebState, member: &Member, id: AuthorizationId, form: Refused) -> Answer {
    let vendor = find(state, member.id(), id).await?;
    refused(&page(member, &vendor, Some(form), state.platform().business_now()))
}

/// Replaces what is granted by what the form says, which gives no new permission.
pub(crate) async fn narrow(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(data): SessionForm,
) -> Answer {
    let record: AuthorizationId = id(&text)?;
    let form = VendorNarrowForm::read(&data);
    let grant = match read(&form, &state)? {
        Ok(grant) => grant,
        Err(form) => return again(&state, &member, record, form).await,
    };
    let (subject, now) = ((member.id(), record, member.user.id), state.platform().business_now());
    let write = state
        .platform()
        .write("authorization_change", move |tx, platform| consent::regrant(tx, platform, subject, &grant, now));
    let faults = match write.await {
        Err(DecideError::NoScope) => Faults { scopes: Some(NO_SCOPE.to_owned()), ..Faults::default() },
        Err(DecideError::BeyondRequest) => {
            let text = "What was taken away meanwhile cannot be given back here; the provider has to ask.";
            Faults { scopes: Some(text.to_owned()), ..Faults::default() }
        }
        Err(DecideError::EndInThePast) => {
            let ends_on = Some("Choose today or a later day.".to_owned());
            Faults { limits: LimitsFault { ends_on, ..LimitsFault::default() }, ..Faults::default() }
        }
        outcome => return settled(&state, (record, Notice::VendorSaved), outcome),
    };
    again(&state, &member, record, came_back(&form, faults)).await
}
