//! One vendor.

use axum::extract::{Path, State};
use countersign_domain::{ScopeSet, Timestamp};

use super::{Vendor, find};
use crate::describe::{
    Limits, LimitsFault, address_lines, address_list, limits_form, limits_words, merchant_timeline, pill, scope_texts,
    scope_ticks,
};
use crate::forms::LimitsInput;
use crate::handlers::Answer;
use crate::handlers::helpers::{id, ok};
use crate::pages::{LimitsForm, VendorDetailPage};
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Moment, Place, Problem, TextField};

/// A refused form: what was typed and what is wrong with it.
pub(super) struct Refused {
    pub(super) scopes: ScopeSet,
    pub(super) addresses: Vec<String>,
    pub(super) limits: LimitsInput,
    pub(super) faults: Faults,
}

/// What is wrong with the narrowing form.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) scopes: Option<String>,
    pub(super) addresses: Option<String>,
    pub(super) limits: LimitsFault,
}

impl Faults {
    fn problems(&self) -> Vec<Problem> {
        let fields = [
            ("scopes", &self.scopes),
            ("addresses", &self.addresses),
            ("limit_amount", &self.limits.amount),
            ("ends_on", &self.limits.ends_on),
        ];
        fields.into_iter().filter_map(|(field, text)| Some(Problem::of(field, text.clone()?))).collect()
    }
}

/// The page; `refused` is a form that comes back.
pub(super) fn page(member: &Member, vendor: &Vendor, refused: Option<Refused>, now: Timestamp) -> VendorDetailPage {
    let record = &vendor.record;
    // An authority that ended by its own date keeps no grant; what was asked for is all there is to show.
    let grant = record.state.grant();
    let scopes = grant.map_or(record.request.scopes, |grant| grant.scopes);
    let addresses = grant.map_or(&record.request.addresses, |grant| &grant.addresses);
    let limits = grant.map(|grant| Limits { order: grant.limits.clone(), ends_at: grant.ends_at });
    let since = record.decided.map_or(record.created_at, |(at, _)| at);
    let names = (vendor.provider_name.as_str(), vendor.decided_by.as_deref());
    let narrowing_open = refused.is_some();
    let typed = refused.unwrap_or_else(|| Refused {
        scopes,
        addresses: address_list(addresses),
        limits: LimitsInput { amount: None, currency: String::new(), ends_on: None },
        faults: Faults::default(),
    });
    let limits_shown = if narrowing_open {
        LimitsForm::typed(&typed.limits, &typed.faults.limits, now)
    } else {
        limits_form(limits.as_ref(), now)
    };
    let addresses_text = if narrowing_open { typed.addresses.join("\n") } else { address_lines(addresses) };
    VendorDetailPage {
        chrome: member.chrome(Place::Vendors),
        authorization_id: record.id.to_string(),
        provider_name: vendor.provider_name.clone(),
        provider_id: record.provider_id.to_string(),
        state: vendor.state,
        status: pill(record, now),
        since: Moment::at(since.ms(), now.ms()),
        last_used: None,
        granted: scope_texts(scopes),
        scopes: scope_ticks(scopes, typed.scopes, |text| text.allows),
        addresses_now: address_list(addresses),
        addresses: TextField { value: addresses_text, error: typed.faults.addresses.clone() },
        limits_now: limits.map(|limits| limits_words(&limits.order, limits.ends_at)).unwrap_or_default(),
        limits: limits_shown,
        problems: typed.faults.problems(),
        scopes_error: typed.faults.scopes,
        timeline: merchant_timeline(record, names, now),
        narrowing_open,
    }
}

/// The page.
pub(crate) async fn detail(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let vendor = find(&state, member.id(), id(&text)?).await?;
    ok(&page(&member, &vendor, None, state.platform().business_now()))
}
