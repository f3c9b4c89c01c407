//! `/orders/pay`: what a payer does on the checkout page, without the page. The price of now is confirmed and paid in one
//! transaction.

use axum::Json;
use axum::extract::State;
use countersign_domain::Currency;
use countersign_domain::id::{OrderId, PayerId};
use countersign_service::booking::BookingError;
use countersign_service::orders::{self, ConfirmPrice, PayError};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Pay {
    #[serde(deserialize_with = "body::number")]
    prepay_id: i64,
    #[serde(deserialize_with = "body::number")]
    payer: i64,
    currency: Option<String>,
}

fn refuse(error: PayError) -> Refusal {
    match error {
        PayError::Booking(BookingError::Store(error)) => error.into(),
        PayError::UnknownOrder | PayError::UnknownPayer => Refusal::not_found(error.to_string()),
        error => Refusal::bad(error),
    }
}

/// Pays an order from the payer's funding wallet.
pub(super) async fn pay(State(control): State<Control>, Body(pay): Body<Pay>) -> Result<Json<Value>, Refusal> {
    let currency = match &pay.currency {
        None => None,
        Some(code) => {
            Some(Currency::from_code(code).ok_or_else(|| Refusal::bad(format!("unknown currency '{code}'")))?)
        }
    };
    let (order_id, payer_id) = (OrderId::new(pay.prepay_id), PayerId::new(pay.payer));
    let command = ConfirmPrice { order_id, payer_id, currency };
    let now = control.platform.business_now();
    let paid = control
        .platform
        .write("order_pay", move |tx, platform| orders::confirm_and_pay(tx, platform, &command, now))
        .await
        .map_err(refuse)?;
    control.dispatcher.wake();
    Ok(Json(
        json!({ "status": "PAID", "transactionId": countersign_wire::payment_transaction_id(paid.transfer_id.get()) }),
    ))
}
