//! One sub-merchant.

use axum::extract::{Path, State};
use countersign_domain::sub_merchant::SubMerchantStatus;

use super::find;
use crate::describe::sub_merchant::{facts, kind};
use crate::handlers::Answer;
use crate::handlers::helpers::{id, ok};
use crate::pages::SubMerchantDetailPage;
use crate::session::PartnerMember;
use crate::state::WebState;
use crate::view::{Moment, Place, StatusPill};

/// The page.
pub(crate) async fn detail(State(state): State<WebState>, Path(text): Path<String>, partner: PartnerMember) -> Answer {
    let found = find(&state, &partner, id(&text)?).await?;
    let now = state.platform().business_now().ms();
    let is_active = found.status == SubMerchantStatus::Active;
    ok(&SubMerchantDetailPage {
        chrome: partner.0.chrome(Place::SubMerchants),
        sub_merchant_id: found.id.to_string(),
        name: found.details.name.clone(),
        kind: kind(&found.details),
        is_active,
        status: StatusPill::sub_merchant(is_active),
        groups: facts(&found.details),
        created: Moment::at(found.created_at.ms(), now),
        changed: (found.revision > 1).then(|| Moment::at(found.updated_at.ms(), now)),
    })
}
