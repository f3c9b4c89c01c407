//! Rewriting what is told of a sub-merchant.

use axum::extract::{Path, State};
use countersign_domain::id::SubMerchantId;
use countersign_domain::sub_merchant::SubMerchantDetails;
use countersign_service::sub_merchants::{self as service, ModifyError, ModifySubMerchant};

use super::find;
use super::form::{Refused, by, no_partner, page};
use crate::describe::sub_merchant::{form_of, read};
use crate::failure::Failure;
use crate::forms::SubMerchantForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, not_found, ok, refused};
use crate::pages::ErrorKind;
use crate::paths;
use crate::session::{Notice, PartnerMember, SessionForm};
use crate::state::WebState;

const CHANGED_MEANWHILE: &str = "It was changed meanwhile, by somebody else or by a call. Nothing was saved: look at its page in \
                                 another window. Saving again replaces what stands there by what stands here.";

/// The form as things are.
pub(crate) async fn edit_form(
    State(state): State<WebState>,
    Path(text): Path<String>,
    partner: PartnerMember,
) -> Answer {
    let found = find(&state, &partner, id(&text)?).await?;
    let form = form_of(&found.details, found.revision);
    let draft = read(&form, Some(&found.details));
    ok(&page(&partner, Some(&found), (&form, &draft), &Refused::default(), false))
}

/// Rewrites it, or draws the form again.
pub(crate) async fn edit(
    State(state): State<WebState>,
    Path(text): Path<String>,
    partner: PartnerMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let found = find(&state, &partner, id(&text)?).await?;
    let mut form = SubMerchantForm::read(&data);
    let draft = read(&form, Some(&found.details));
    if form.is_redraw {
        return ok(&page(&partner, Some(&found), (&form, &draft), &Refused::by(draft.so_far()), false));
    }
    let seen = form.revision.parse().map_err(|_| Failure::page(ErrorKind::BadRequest))?;
    let faults = draft.faults();
    let why = match Some(Refused::by(faults)).filter(|why| !why.faults.is_empty()) {
        Some(why) => why,
        None => match rewrite(&state, &partner, (found.id, seen), draft.details.clone()).await? {
            None => return Ok(done(&state, &paths::sub_merchant(&text), Notice::SubMerchantSaved)),
            Some(why) => why,
        },
    };
    // Whoever was told that there is something to replace, and saves again, means to; no other refusal tells it.
    if why.whole == Some(CHANGED_MEANWHILE) {
        form.revision = found.revision.to_string();
    }
    refused(&page(&partner, Some(&found), (&form, &draft), &why, true))
}

/// Why it was not rewritten; `None` where it was.
async fn rewrite(
    state: &WebState,
    partner: &PartnerMember,
    (id, revision): (SubMerchantId, i64),
    details: SubMerchantDetails,
) -> Result<Option<Refused>, Failure> {
    let (by, change) = (
        by(state, partner),
        ModifySubMerchant { id: Some(id), main_merchant: None, details, revision: Some(revision) },
    );
    let write = state.platform().write("sub_merchant_modify", move |tx, _| service::modify(tx, &by, &change));
    Ok(Some(match write.await {
        Ok(_) => return Ok(None),
        Err(ModifyError::Details(fault)) => Refused::by_rule(fault),
        Err(ModifyError::NameTaken) => Refused::name_taken(),
        Err(ModifyError::Outdated) => Refused::whole(CHANGED_MEANWHILE),
        Err(ModifyError::Partner(error)) => no_partner(error)?,
        Err(ModifyError::Unknown) => return Err(not_found()),
        Err(error @ (ModifyError::MainMerchant | ModifyError::Collision)) => return Err(Failure::internal(error)),
    }))
}
