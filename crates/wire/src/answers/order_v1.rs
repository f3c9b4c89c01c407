//! Answers of `order` and `order/query` (money.md 1.2 and 1.6, clients.md A5 and 5).

use serde::{Deserialize, Serialize};

/// An order created over v1: as on v2, but with the entry point under v1's name and without the price, which only answers
/// since 2023 repeat. All links are there, as in the page's later copies; the page of 2021 had the first two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreatedV1 {
    /// The order's id.
    pub prepay_id: String,
    /// The request's `tradeType`.
    pub trade_type: String,
    /// When the order expires, Unix ms; a number, as clients read it (clients.md A3).
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
}

/// An order as `order/query` shows it; what payment brings is absent until then (clients.md A5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderStateV1 {
    /// The merchant, a number.
    pub merchant_id: i64,
    /// The order's id.
    pub prepay_id: String,
    /// The payment's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// The merchant's order id.
    pub merchant_trade_no: String,
    /// Where the payer met the order.
    pub trade_type: String,
    /// `INITIAL`, `PENDING`, `PAID`, `CANCELED`, `ERROR`, `REFUNDING`, `REFUNDED` (also in full: decisions.md row 33) or
    /// `EXPIRED`.
    pub status: String,
    /// The order's currency.
    pub currency: String,
    /// The amount as a string with eight decimals, as recorded: [`padded`](crate::decimal::padded).
    pub total_fee: String,
    /// The name of the first goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_name: Option<String>,
    /// More about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_detail: Option<String>,
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
}
