//! The list of vendors.

use axum::extract::State;
use countersign_domain::Timestamp;
use countersign_service::authorizations::{AuthorizationView, views};
use countersign_store::StoreError;
use countersign_store::queries::authorizations;

use crate::describe::{pending_requests, pill, scope_texts};
use crate::handlers::Answer;
use crate::handlers::helpers::ok;
use crate::pages::{VendorLine, VendorListPage};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Moment, Place};

/// The most vendors listed; living ones come first.
const VENDORS_MAX: i64 = 200;

fn line(view: &AuthorizationView, now: Timestamp) -> VendorLine {
    let record = &view.record;
    let moment = |at: Timestamp| Moment::at(at.ms(), now.ms());
    VendorLine {
        href: paths::vendor(&record.id.to_string()),
        provider_name: view.provider_name.clone(),
        provider_id: record.provider_id.to_string(),
        status: pill(record, now),
        scopes: scope_texts(view.scopes).into_iter().map(|text| text.title).collect(),
        since: moment(record.decided.map_or(record.created_at, |(at, _)| at)),
        last_used: None,
        ends: record.state.grant().and_then(|grant| grant.ends_at).map(moment),
    }
}

/// Vendors, those with authority first, and what waits for a decision.
pub(crate) async fn list(State(state): State<WebState>, member: Member) -> Answer {
    let (id, now) = (member.id(), state.platform().business_now());
    let (pending, vendors) = state
        .platform()
        .read("vendors", move |tx, _| {
            let records = authorizations::vendors_of_merchant(tx, id, VENDORS_MAX)?;
            Ok::<_, StoreError>((pending_requests(tx, id, now)?, views(tx, records, now)?))
        })
        .await?;
    let lines = vendors.iter().map(|view| line(view, now)).collect();
    ok(&VendorListPage { chrome: member.chrome(Place::Vendors), pending, lines })
}
