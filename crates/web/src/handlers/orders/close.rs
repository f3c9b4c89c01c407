//! Taking an order back that nobody has begun to pay.

use axum::extract::{Path, State};
use countersign_domain::id::OrderId;
use countersign_domain::order::Order;
use countersign_service::authority::{AuthorityError, Denied};
use countersign_service::orders::{self as service, CloseError, Lookup};

use super::{FROZEN, find};
use crate::describe::money;
use crate::failure::{Failure, redirect};
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, not_found, ok, refused};
use crate::pages::OrderClosePage;
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::{Place, Problem};

fn page(member: &Member, order: &Order, problems: Vec<Problem>) -> OrderClosePage {
    OrderClosePage {
        chrome: member.chrome(Place::Orders),
        order_id: order.id.to_string(),
        trade_no: order.merchant_trade_no.clone(),
        amount: money(order.amount),
        problems,
    }
}

/// Asks first. What cannot be closed any more leads to its page.
pub(crate) async fn close_form(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let order = find(&state, &member, id(&text)?).await?;
    if !order.is_closable(state.platform().business_now()) {
        return Ok(redirect(&paths::order(&text)));
    }
    ok(&page(&member, &order, Vec::new()))
}

/// Closes it.
pub(crate) async fn close(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let order: OrderId = id(&text)?;
    let (by, lookup) = (member.acting(state.platform().business_now()), Lookup::Id(order));
    let write = state.platform().write("order_close", move |tx, platform| service::close(tx, platform, &by, &lookup));
    match write.await {
        Ok(()) => {
            state.wake();
            Ok(done(&state, &paths::order(&text), Notice::OrderClosed))
        }
        Err(CloseError::NotClosable(_)) => Ok(done(&state, &paths::order(&text), Notice::NoLongerPossible)),
        Err(CloseError::NotFound) => Err(not_found()),
        Err(CloseError::Authority(AuthorityError::Denied(Denied::CallerFrozen))) => {
            refused(&page(&member, &find(&state, &member, order).await?, vec![Problem::form(FROZEN)]))
        }
        Err(CloseError::Authority(AuthorityError::Denied(denied))) => Err(Failure::internal(denied)),
        Err(CloseError::Authority(AuthorityError::Store(error))) => Err(error.into()),
    }
}
