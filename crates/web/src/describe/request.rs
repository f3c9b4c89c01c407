//! Requests that wait for a merchant, as the callout shows them.

use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_service::authorizations::{AuthorizationView, views};
use countersign_store::queries::authorizations;
use countersign_store::{ReadTx, StoreError};

use super::scopes::scope_texts;
use crate::pages::PendingRequest;
use crate::paths;
use crate::view::Moment;

/// The most callouts on one page.
const CALLOUTS_MAX: i64 = 5;

fn permissions(count: usize) -> String {
    if count == 1 { "1 permission".to_owned() } else { format!("{count} permissions") }
}

fn summary(view: &AuthorizationView) -> String {
    let asked = view.record.request.scopes;
    if let Some(grant) = view.changes.as_ref().and_then(|changed| changed.state.grant().cloned()) {
        let more = asked.difference(grant.scopes).iter().count();
        return match more {
            0 => format!("a change: {} from now on", permissions(asked.iter().count())),
            more => format!("a change: {} more", permissions(more)),
        };
    }
    let powerful = scope_texts(asked).iter().filter(|text| text.weight.is_powerful()).count();
    let whole = permissions(asked.iter().count());
    match powerful {
        0 => whole,
        1 => format!("{whole}, one of them moves money out"),
        more => format!("{whole}, {more} of them move money out"),
    }
}

/// The newest requests that `merchant` can decide on now.
pub(crate) fn pending_requests(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<Vec<PendingRequest>, StoreError> {
    let records = authorizations::pending_of_merchant(tx, merchant, now, CALLOUTS_MAX)?;
    let pending = views(tx, records, now)?.into_iter().map(|view| PendingRequest {
        summary: summary(&view),
        review_href: paths::review(&view.record.id.to_string()),
        expires: Moment::at(view.record.request.expires_at.ms(), now.ms()),
        provider_name: view.provider_name,
    });
    Ok(pending.collect())
}
