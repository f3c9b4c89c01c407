//! Answers of order creation on v2 and v3 and of `v2/order/query` (money.md 1.4 and 1.7, clients.md 5).

use serde::{Deserialize, Serialize};

use crate::decimal::WireNumber;

/// A created order, v2 and v3 alike; all six links are always there (clients.md A3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// The order's currency; absent in answers of 2022.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The amount as it was sent, a string: [`WireDecimal::echo`](crate::WireDecimal::echo).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_fee: Option<String>,
    /// The order's id.
    pub prepay_id: String,
    /// The request's `env.terminalType`.
    pub terminal_type: String,
    /// When the order expires, Unix ms.
    pub expire_time: i64,
    /// The QR code as an image.
    pub qrcode_link: String,
    /// The QR code's text.
    pub qr_content: String,
    /// The hosted checkout.
    pub checkout_url: String,
    /// The app's link.
    pub deeplink: String,
    /// A link that opens the app or the checkout.
    pub universal_url: String,
    /// For an order priced in fiat: that currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiat_currency: Option<String>,
    /// For an order priced in fiat: the amount as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiat_amount: Option<String>,
}

/// An order as `v2/order/query` shows it; what payment brings is absent until then (clients.md A4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderState {
    /// The merchant, a number.
    pub merchant_id: i64,
    /// The order's id.
    pub prepay_id: String,
    /// The payment's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// The merchant's order id.
    pub merchant_trade_no: String,
    /// `INITIAL`, `PENDING`, `PAID`, `CANCELED`, `ERROR`, `REFUNDING`, `REFUNDED`, `FULL_REFUNDED` or `EXPIRED`.
    pub status: String,
    /// The order's currency.
    pub currency: String,
    /// The payer's id, scoped to the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_user_id: Option<String>,
    /// As the order was created with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<String>,
    /// When it was paid, Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transact_time: Option<i64>,
    /// When it was created, Unix ms.
    pub create_time: i64,
    /// The amount as a string with eight decimals: [`padded`](crate::decimal::padded).
    pub order_amount: String,
    /// The fee as a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<String>,
    /// How it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_info: Option<PaidInfo>,
}

/// How an order was paid, as the query shows it: ids and amounts are strings here, numbers in the webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaidInfo {
    /// The payer.
    pub payer_id: String,
    /// The wallet used: `funding` or `spot`.
    pub pay_method: String,
    /// What was taken.
    pub payment_instructions: Vec<PaidInstruction>,
    /// `DEFAULT` in what was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Not seen filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_channel: Option<String>,
    /// The payer's identity, sealed for the key that created the order (decisions.md row 45).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_detail: Option<String>,
}

/// One currency that was taken from the payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaidInstruction {
    /// The currency.
    pub currency: String,
    /// How much of it, as a string with eight decimals.
    pub amount: String,
    /// Its rate against the order's currency, a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<WireNumber>,
}
