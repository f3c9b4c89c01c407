//! Opening the link changes nothing (`decisions.md` row 31).

use axum::extract::{Path, State};

use super::find;
use super::page::{page, state_for};
use crate::handlers::Answer;
use crate::handlers::helpers::ok;
use crate::session::Visitor;
use crate::state::WebState;

/// The checkout of one order.
pub(crate) async fn show(State(state): State<WebState>, Path(token): Path<String>, visitor: Visitor) -> Answer {
    let bill = find(&state, token).await?;
    let can = state_for(&state, &bill.order, &visitor).await?;
    ok(&page(state.platform(), (visitor.plain_chrome(), &bill), (can, Vec::new())))
}
