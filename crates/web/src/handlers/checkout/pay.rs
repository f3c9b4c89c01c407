//! Confirming the price and paying. Nothing is converted: the order's own currency is the only one offered, so the price
//! that was confirmed is the order's and cannot move; the form says again which currency was meant.

use axum::extract::{Path, State};
use countersign_domain::Currency;
use countersign_service::booking::BookingError;
use countersign_service::orders::{self as service, PayError, PayOrder, Target};

use super::page::{confirming, ended, page};
use super::{Bill, find};
use crate::describe::money;
use crate::failure::{Failure, redirect};
use crate::forms::{CheckoutConfirmForm, CheckoutPayForm};
use crate::handlers::Answer;
use crate::handlers::helpers::{not_found, ok, refused};
use crate::pages::CheckoutState;
use crate::paths;
use crate::session::{PayerMember, SessionForm};
use crate::state::WebState;
use crate::view::{Moment, Problem};

/// The confirmation page again, because of `problem`.
async fn again(state: &WebState, payer: &PayerMember, bill: &Bill, problem: &str) -> Answer {
    let can = confirming(state, &bill.order, payer.id).await?;
    let problems = vec![Problem::of("currency", problem)];
    refused(&page(state.platform(), (payer.reader.plain_chrome(), bill), (can, problems)))
}

/// Shows what will leave the wallet, with the button that pays.
pub(crate) async fn confirm(
    State(state): State<WebState>,
    Path(token): Path<String>,
    payer: PayerMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let bill = find(&state, token).await?;
    let (order, now) = (&bill.order, state.platform().business_now());
    if ended(order, Some(payer.id), now).is_some() {
        return Ok(redirect(&paths::checkout(&order.checkout_token)));
    }
    let currency = order.amount.currency();
    if Currency::from_code(&CheckoutConfirmForm::read(&data).currency) != Some(currency) {
        return again(&state, &payer, &bill, &format!("This order is paid in {currency}.")).await;
    }
    let can = CheckoutState::Pay {
        amount: money(order.amount),
        rate: String::new(),
        locked_until: Moment::at(order.expires_at.ms(), now.ms()),
        quote_id: currency.code().to_owned(),
    };
    ok(&page(state.platform(), (payer.reader.plain_chrome(), &bill), (can, Vec::new())))
}

/// Pays. Paying what is paid already shows that it is paid.
pub(crate) async fn pay(
    State(state): State<WebState>,
    Path(token): Path<String>,
    payer: PayerMember,
    SessionForm(data): SessionForm,
) -> Answer {
    let bill = find(&state, token).await?;
    let meant = Currency::from_code(&CheckoutPayForm::read(&data).quote_id);
    if meant != Some(bill.order.amount.currency()) {
        return again(&state, &payer, &bill, "Please confirm the price first.").await;
    }
    let command = PayOrder { target: Target::Id(bill.order.id), payer_id: payer.id, currency: meant };
    let now = state.platform().business_now();
    let paid = state.platform().write("order_pay", move |tx, platform| service::pay(tx, platform, &command, now)).await;
    let here = paths::checkout(&bill.order.checkout_token);
    match paid {
        Ok(_) => {
            state.wake();
            Ok(redirect(&here))
        }
        Err(PayError::NotPayable(_)) => Ok(redirect(&here)),
        Err(PayError::Booking(BookingError::InsufficientFunds(currency))) => {
            again(&state, &payer, &bill, &format!("There is not enough {currency} in your funding wallet.")).await
        }
        Err(PayError::MerchantFrozen) => {
            again(&state, &payer, &bill, "The merchant cannot take payments at present. Nothing was paid.").await
        }
        Err(PayError::UnknownOrder | PayError::UnknownPayer) => Err(not_found()),
        Err(PayError::Currency(currency)) => {
            again(&state, &payer, &bill, &format!("This order is paid in {currency}.")).await
        }
        Err(PayError::Booking(BookingError::Store(error))) => Err(error.into()),
        Err(error @ PayError::Booking(_)) => Err(Failure::internal(error)),
    }
}
