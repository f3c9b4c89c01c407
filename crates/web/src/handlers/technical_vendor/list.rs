//! A provider's records.

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::authorization::{OPEN_REQUESTS_MAX, StateName};
use countersign_service::authorizations::{AuthorizationView, views};
use countersign_store::StoreError;
use countersign_store::queries::authorizations;

use crate::describe::{pill, scope_codes};
use crate::handlers::Answer;
use crate::handlers::helpers::{Cursor, ok, paged};
use crate::pages::{AuthorizationLine, AuthorizationListPage};
use crate::paths;
use crate::session::ProviderMember;
use crate::state::WebState;
use crate::view::{Moment, Place};

/// Rows of one page.
const ROWS: usize = 25;

fn line(view: &AuthorizationView, now: Timestamp) -> AuthorizationLine {
    let record = &view.record;
    let moment = |at: Timestamp| Moment::at(at.ms(), now.ms());
    let ends = match record.state_at(now) {
        StateName::Pending => Some(record.request.expires_at),
        StateName::Authorized | StateName::Frozen => record.state.grant().and_then(|grant| grant.ends_at),
        _ => Some(record.changed_at),
    };
    AuthorizationLine {
        authorization_id: record.id.to_string(),
        href: paths::authorization(&record.id.to_string()),
        merchant_name: view.merchant_name.clone(),
        merchant_id: record.merchant_id.to_string(),
        status: pill(record, now),
        is_change: record.changes.is_some(),
        scopes: scope_codes(view.scopes),
        created: moment(record.created_at),
        decided: record.decided.map(|(at, _)| moment(at)),
        expires: ends.map(moment),
    }
}

/// The list, newest first.
pub(crate) async fn list(
    State(state): State<WebState>,
    Query(cursor): Query<Cursor>,
    provider: ProviderMember,
) -> Answer {
    let (id, key, now) = (provider.member.id(), cursor.key(), state.platform().business_now());
    let rows = i64::try_from(ROWS + 1).expect("a page is small");
    let (records, open) = state
        .platform()
        .read("authorizations_of_provider", move |tx, _| {
            let records = authorizations::page_of_provider(tx, id, key, rows)?;
            Ok::<_, StoreError>((views(tx, records, now)?, authorizations::count_open(tx, id, now)?))
        })
        .await?;
    let base = format!("{}?", paths::AUTHORIZATIONS);
    let (records, pager) = paged(records, ROWS, key, (&base, |view: &AuthorizationView| view.record.id.get()));
    ok(&AuthorizationListPage {
        chrome: provider.member.chrome(Place::TechnicalVendor),
        lines: records.iter().map(|view| line(view, now)).collect(),
        pager,
        open_limit_reached: u32::try_from(OPEN_REQUESTS_MAX).ok().filter(|_| open >= OPEN_REQUESTS_MAX),
    })
}
