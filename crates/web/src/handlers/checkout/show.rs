//! Opening the link changes nothing (`decisions.md` row 31).

use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::bill::find;
use super::page::{page, state_for};
use crate::handlers::Answer;
use crate::handlers::helpers::ok;
use crate::session::Visitor;
use crate::state::WebState;

/// What is wanted of the page.
#[derive(Deserialize)]
pub(crate) struct Wish {
    /// To choose again what to pay with.
    choose: Option<String>,
}

/// The checkout of one order.
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(token): Path<String>,
    Query(wish): Query<Wish>,
    visitor: Visitor,
) -> Answer {
    let bill = find(&state, token).await?;
    let can = state_for(&state, &bill.order, &visitor, wish.choose.is_some()).await?;
    ok(&page(state.platform(), (visitor.plain_chrome(), &bill), (can, Vec::new())))
}
