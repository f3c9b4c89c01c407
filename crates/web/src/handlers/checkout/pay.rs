//! Confirming a price and paying it. A form that names another price than the one that is locked shows the choice again.

use axum::extract::{Path, State};
use countersign_domain::Currency;
use countersign_domain::id::PayerId;
use countersign_domain::order::Order;
use countersign_service::booking::BookingError;
use countersign_service::orders::{self as service, ConfirmPrice, PayError, PayOffer};

use super::bill::{Bill, find};
use super::choices::confirming;
use super::page::{ended, page};
use crate::describe::numeric_id;
use crate::failure::{Failure, redirect};
use crate::forms::{CheckoutConfirmForm, CheckoutPayForm};
use crate::handlers::Answer;
use crate::handlers::helpers::{not_found, refused};
use crate::paths;
use crate::session::{PayerMember, SessionForm};
use crate::state::WebState;
use crate::view::Problem;

/// The choice again, because of `problem`.
async fn again(state: &WebState, payer: &PayerMember, bill: &Bill, problem: Problem) -> Answer {
    let can = confirming(state, &bill.order, (payer.id, None)).await?;
    refused(&page(state.platform(), (payer.reader.plain_chrome(), bill), (can, vec![problem])))
}

/// What a refusal says to the payer; `None` where the page of the order says it better.
fn words(error: &PayError) -> Option<Problem> {
    Some(match error {
        PayError::NoSuchOffer => {
            Problem::of("currency", "This price does not hold any more. Please confirm the new one.")
        }
        PayError::InsufficientFunds(currency) => {
            Problem::of("currency", format!("There is not enough {currency} in your funding wallet."))
        }
        PayError::Price(error) => Problem::of("currency", sentence(&error.to_string())),
        PayError::Booking(BookingError::OutOfRange) => {
            Problem::form("The merchant's wallet cannot take this payment. Nothing was paid.")
        }
        PayError::PayerFrozen => Problem::form("Your account is frozen at present. Nothing was paid."),
        PayError::MerchantFrozen => Problem::form("The merchant cannot take payments at present. Nothing was paid."),
        _ => return None,
    })
}

/// A refusal's words as a sentence on a page.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

async fn refuse(state: &WebState, payer: &PayerMember, bill: &Bill, error: PayError) -> Answer {
    match (words(&error), error) {
        (Some(problem), _) => again(state, payer, bill, problem).await,
        // Paid, closed, expired, failed, or somebody else is about to pay: the page of the order says so.
        (None, PayError::NotPayable(_)) => Ok(redirect(&paths::checkout(&bill.order.checkout_token))),
        (None, PayError::UnknownOrder | PayError::UnknownPayer) => Err(not_found()),
        (None, PayError::Booking(BookingError::Store(error))) => Err(error.into()),
        (None, error) => Err(Failure::internal(error)),
    }
}

fn is_over(state: &WebState, order: &Order, payer: PayerId) -> bool {
    ended(order, Some(payer), state.platform().business_now()).is_some()
}

/// Locks a price for the payer; the page then has the button that pays it.
pub(crate) async fn confirm(
    State(state): State<WebState>,
    Path(token): Path<String>,
    payer: PayerMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let bill = find(&state, token).await?;
    let here = paths::checkout(&bill.order.checkout_token);
    if is_over(&state, &bill.order, payer.id) {
        return Ok(redirect(&here));
    }
    let Some(currency) = Currency::from_code(&CheckoutConfirmForm::read(&data).currency) else {
        return again(&state, &payer, &bill, Problem::of("currency", "Please choose what to pay with.")).await;
    };
    let command = ConfirmPrice { order_id: bill.order.id, payer_id: payer.id, currency: Some(currency) };
    let now = state.platform().business_now();
    let confirm =
        state.platform().write("order_confirm", move |tx, platform| service::confirm(tx, platform, &command, now));
    match confirm.await {
        Ok(_) => Ok(redirect(&here)),
        Err(error) => refuse(&state, &payer, &bill, error).await,
    }
}

/// Pays. Paying what is paid already shows that it is paid.
pub(crate) async fn pay(
    State(state): State<WebState>,
    Path(token): Path<String>,
    payer: PayerMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let bill = find(&state, token).await?;
    let here = paths::checkout(&bill.order.checkout_token);
    if is_over(&state, &bill.order, payer.id) {
        return Ok(redirect(&here));
    }
    let Some(offer_id) = numeric_id(&CheckoutPayForm::read(&data).offer_id) else {
        return refuse(&state, &payer, &bill, PayError::NoSuchOffer).await;
    };
    let command = PayOffer { order_id: bill.order.id, payer_id: payer.id, offer_id };
    let now = state.platform().business_now();
    let pay = state.platform().write("order_pay", move |tx, platform| service::pay(tx, platform, &command, now));
    match pay.await {
        // Whatever became of it, the page of the order shows it.
        Ok(_) => {
            state.wake();
            Ok(redirect(&here))
        }
        Err(error) => refuse(&state, &payer, &bill, error).await,
    }
}
