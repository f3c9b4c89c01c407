//! Opening the link.

use axum::extract::{Query, State};
use axum::response::Response;
use countersign_domain::authorization::StateName;
use serde::Deserialize;

use super::page::{Faults, review_page};
use super::{case, closed, decider, unavailable};
use crate::describe::numeric_id;
use crate::failure::redirect;
use crate::handlers::Answer;
use crate::handlers::helpers::ok;
use crate::paths;
use crate::session::Reader;
use crate::state::WebState;
use crate::view::Place;

/// The parameter of the recorded link.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default, rename = "authId")]
    authorization_id: String,
}

/// The link as the real service words it leads to ours.
pub(crate) async fn from_the_wire(Query(link): Query<Link>) -> Response {
    redirect(&paths::review(&link.authorization_id))
}

/// The request, or why there is nothing to decide.
pub(crate) async fn show(State(state): State<WebState>, Query(link): Query<Link>, reader: Reader) -> Answer {
    let member = match decider(reader) {
        Ok(member) => member,
        Err(chrome) => return unavailable(*chrome),
    };
    let now = state.platform().business_now();
    let Some(case) = case::find(&state, member.id(), numeric_id(&link.authorization_id)).await? else {
        return unavailable(member.chrome(Place::Vendors));
    };
    if case.request.state_at(now) != StateName::Pending {
        return closed::closed(&member, &case, now);
    }
    ok(&review_page(&member, &case, (None, Faults::default()), now))
}
