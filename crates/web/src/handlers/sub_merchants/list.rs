//! The list of sub-merchants.

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::sub_merchant::{SubMerchant, SubMerchantStatus};
use countersign_service::sub_merchants as service;
use countersign_store::StoreError;
use serde::Deserialize;

use crate::describe::sub_merchant::{class, kind};
use crate::failure::Failure;
use crate::handlers::Answer;
use crate::handlers::helpers::{Cursor, ok, paged};
use crate::pages::{SubMerchantLine, SubMerchantListPage};
use crate::paths;
use crate::session::PartnerMember;
use crate::state::WebState;
use crate::view::{Choice, Moment, Place, StatusPill};

/// Rows of one page.
const ROWS: usize = 25;

/// The states one can filter by: what the address says, and what people read.
const STATES: &[(&str, &str, Option<SubMerchantStatus>)] = &[
    ("", "All", None),
    ("ACTIVE", "Active", Some(SubMerchantStatus::Active)),
    ("SUSPENDED", "Suspended", Some(SubMerchantStatus::Suspended)),
];

/// The filter of the list's address.
#[derive(Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
}

fn line(found: &SubMerchant, now: Timestamp) -> SubMerchantLine {
    SubMerchantLine {
        href: paths::sub_merchant(&found.id.to_string()),
        name: found.details.name.clone(),
        sub_merchant_id: found.id.to_string(),
        kind: kind(&found.details),
        category: class(found.details.category),
        status: StatusPill::sub_merchant(found.status == SubMerchantStatus::Active),
        created: Moment::at(found.created_at.ms(), now.ms()),
    }
}

/// The list's address with its filter, up to where a cursor goes.
fn base(search: &str, state: &str) -> String {
    let part = |name: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{name}={}&", paths::segment(text)),
    };
    format!("{}?{}{}", paths::SUB_MERCHANTS, part("q", search), part("state", state))
}

/// The list, newest first.
pub(crate) async fn list(
    State(state): State<WebState>,
    Query(filter): Query<Filter>,
    Query(cursor): Query<Cursor>,
    partner: PartnerMember,
) -> Answer {
    let chosen = STATES.iter().find(|row| row.0 == filter.state).unwrap_or(&STATES[0]);
    let search = filter.q.trim().to_owned();
    let (id, key, now) = (partner.0.id(), cursor.key(), state.platform().business_now());
    let rows = i64::try_from(ROWS + 1).expect("a page is small");
    let asked = service::Filter { text: search.clone(), status: chosen.2 };
    let read = state
        .platform()
        .read("sub_merchants_of_partner", move |tx, _| service::page_of_partner(tx, id, &asked, (key, rows)));
    let found = read.await.map_err(|error: StoreError| Failure::from(error))?;
    let (found, pager) = paged(found, ROWS, key, (&base(&search, chosen.0), |found: &SubMerchant| found.id.get()));
    let choice = |row: &(&str, &str, _)| Choice {
        value: row.0.to_owned(),
        label: row.1.to_owned(),
        selected: row.0 == chosen.0,
    };
    ok(&SubMerchantListPage {
        chrome: partner.0.chrome(Place::SubMerchants),
        lines: found.iter().map(|found| line(found, now)).collect(),
        states: STATES.iter().map(choice).collect(),
        is_filtered: !search.is_empty() || chosen.2.is_some(),
        search,
        pager,
    })
}
