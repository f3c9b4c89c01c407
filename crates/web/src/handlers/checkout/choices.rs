//! What a payer can pay with: every currency in the funding wallet that the order has a price in, and the order's own.

use countersign_domain::id::PayerId;
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::order::Order;
use countersign_domain::{Amount, Currency};
use countersign_service::orders::{Price, PriceError, Pricing};
use countersign_service::rates::RateError;
use countersign_store::StoreError;
use countersign_store::queries::ledger;

use crate::describe::{money, rate_words};
use crate::failure::Failure;
use crate::pages::{CheckoutState, PriceChoice};
use crate::state::WebState;

/// The payer's money in the funding wallet, the order's own currency first, even where there is none of it.
async fn funds(state: &WebState, own: Currency, payer: PayerId) -> Result<Vec<Amount>, Failure> {
    let read = state
        .platform()
        .read("checkout_balances", move |tx, _| ledger::balances(tx, Owner::Payer(payer), Wallet::Funding));
    let balances: Result<Vec<ledger::Balance>, StoreError> = read.await;
    let held: Vec<Amount> = balances?.into_iter().map(|balance| balance.available).collect();
    let of_own = held.iter().copied().find(|free| free.currency() == own).unwrap_or(Amount::zero(own));
    let others = held.into_iter().filter(|free| free.currency() != own && free.is_positive());
    Ok([of_own].into_iter().chain(others).collect())
}

fn choice(order: &Order, available: Amount, price: Price) -> PriceChoice {
    let currency = available.currency();
    PriceChoice {
        code: currency.code().to_owned(),
        name: currency.name().to_owned(),
        price: money(price.pays),
        rate: rate_words((currency, price.rate), order.amount.currency()),
        available: money(available),
        enough: available.minor() >= price.pays.minor(),
        selected: false,
    }
}

/// The choice, with the best of those that are enough chosen: `wanted` where it is one, else the order's own currency.
pub(super) async fn confirming(
    state: &WebState,
    order: &Order,
    (payer, wanted): (PayerId, Option<Currency>),
) -> Result<CheckoutState, Failure> {
    let pricing = Pricing::now(state.platform());
    let funds = funds(state, order.amount.currency(), payer).await?;
    let mut missing = None;
    let mut choices = Vec::new();
    for available in funds {
        match pricing.of(order, available.currency()) {
            Ok(price) => choices.push(choice(order, available, price)),
            Err(why) => missing = missing.or(Some(why)),
        }
    }
    let wanted = wanted.map(Currency::code);
    let chosen = choices.iter().position(|choice| choice.enough && Some(choice.code.as_str()) == wanted);
    let chosen = chosen.or_else(|| choices.iter().position(|choice| choice.enough));
    if let Some(choice) = chosen.and_then(|index| choices.get_mut(index)) {
        choice.selected = true;
    }
    Ok(CheckoutState::Confirm { obstacle: obstacle(chosen.is_some(), missing), choices })
}

/// Why some of the payer's money, or all of it, does not help here.
fn obstacle(can_pay: bool, missing: Option<PriceError>) -> String {
    match missing {
        _ if can_pay => String::new(),
        Some(PriceError::Rates(_, RateError::Unavailable | RateError::Stale { .. })) => {
            "There is not enough in your funding wallet, and your other currencies have no price at present.".to_owned()
        }
        _ => "There is not enough in your funding wallet.".to_owned(),
    }
}
