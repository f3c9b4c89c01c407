//! Enrolling a sub-merchant: first what kind it is, then what that kind is asked for.

use axum::extract::{Query, State};
use countersign_domain::sub_merchant::SubMerchantDetails;
use countersign_service::sub_merchants::{self as service, AddError, NewSubMerchant};
use serde::Deserialize;

use super::form::{Refused, by, no_partner, page};
use crate::describe::sub_merchant::{BUSINESSES, STORES, Words, read};
use crate::failure::Failure;
use crate::forms::{SubMerchantForm, SubMerchantInput};
use crate::handlers::Answer;
use crate::handlers::helpers::{done, ok, refused};
use crate::pages::{RadioChoice, SubMerchantKindPage};
use crate::paths;
use crate::session::{Notice, PartnerMember, SessionForm};
use crate::state::WebState;
use crate::view::{Place, Problem};

/// The answers to the first page's questions.
#[derive(Deserialize)]
pub(crate) struct Kind {
    business: Option<String>,
    store: Option<String>,
    /// There once the page was answered.
    go: Option<String>,
}

fn answers<T>(table: &[Words<T>], chosen: Option<&str>) -> Vec<RadioChoice> {
    let answer = |row: &Words<T>| RadioChoice {
        value: row.code.to_owned(),
        label: row.label.to_owned(),
        hint: row.hint.to_owned(),
        chosen: chosen == Some(row.code),
    };
    table.iter().map(answer).collect()
}

fn kind_page(partner: &PartnerMember, kind: &Kind) -> SubMerchantKindPage {
    let mut problems = Vec::new();
    let mut ask = |id: &str, answered: bool, text: &str| {
        if kind.go.is_some() && !answered {
            problems.push(Problem::of(id, text));
        }
    };
    ask("business", kind.business.is_some(), "Choose what kind of business it is.");
    ask("store", kind.store.is_some(), "Choose how it sells.");
    let unstated = RadioChoice {
        value: String::new(),
        label: "Not stated".to_owned(),
        hint: "A business is then asked for its whole registration.".to_owned(),
        chosen: kind.store.as_deref() == Some(""),
    };
    SubMerchantKindPage {
        chrome: partner.0.chrome(Place::SubMerchants),
        businesses: answers(BUSINESSES, kind.business.as_deref()),
        stores: answers(STORES, kind.store.as_deref()).into_iter().chain([unstated]).collect(),
        problems,
    }
}

/// Asks what kind it is, then for what is to be told of that kind.
pub(crate) async fn add_form(Query(kind): Query<Kind>, partner: PartnerMember) -> Answer {
    let (Some(business), Some(store)) = (&kind.business, &kind.store) else {
        let page = kind_page(&partner, &kind);
        return if page.problems.is_empty() { ok(&page) } else { refused(&page) };
    };
    let typed = vec![(SubMerchantInput::Business, business.clone()), (SubMerchantInput::Store, store.clone())];
    let form = SubMerchantForm { typed, ..SubMerchantForm::default() };
    let draft = read(&form, None);
    ok(&page(&partner, None, (&form, &draft), &Refused::default(), false))
}

/// Enrols it, or draws the form again.
pub(crate) async fn add(
    State(state): State<WebState>,
    partner: PartnerMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let form = SubMerchantForm::read(&data);
    let draft = read(&form, None);
    if form.is_redraw {
        return ok(&page(&partner, None, (&form, &draft), &Refused::by(draft.so_far()), false));
    }
    let faults = draft.faults();
    let outcome =
        if faults.is_empty() { enrol(&state, &partner, &draft.details).await? } else { Err(Refused::by(faults)) };
    match outcome {
        Ok(id) => Ok(done(&state, &paths::sub_merchant(&id), Notice::SubMerchantAdded)),
        Err(why) => refused(&page(&partner, None, (&form, &draft), &why, true)),
    }
}

/// The new one's id, or why there is none.
async fn enrol(
    state: &WebState,
    partner: &PartnerMember,
    details: &SubMerchantDetails,
) -> Result<Result<String, Refused>, Failure> {
    let (by, new) = (by(state, partner), NewSubMerchant { main_merchant: None, details: details.clone() });
    let write = state.platform().write("sub_merchant_add", move |tx, platform| service::add(tx, platform, &by, &new));
    Ok(Err(match write.await {
        Ok(id) => return Ok(Ok(id.to_string())),
        Err(AddError::Details(fault)) => Refused::by_rule(fault),
        Err(AddError::NameTaken) => Refused::name_taken(),
        Err(AddError::Partner(error)) => no_partner(error)?,
        Err(error @ (AddError::MainMerchant | AddError::Collision)) => return Err(Failure::internal(error)),
    }))
}
