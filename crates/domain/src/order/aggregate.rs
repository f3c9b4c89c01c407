//! One order: what was asked for, by whom, and where it stands.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::id::{ApiKeyId, AuthorizationId, MerchantId, OrderId, SubMerchantId};
use crate::money::Amount;
use crate::time::{DAY_MS, HOUR_MS, Timestamp};

use super::state::OrderState;

/// How long an order can be paid when nothing is said (`decisions.md` row 29).
pub const ORDER_LIFETIME_DEFAULT_MS: i64 = HOUR_MS;
/// The longest that an order can be asked to live (`decisions.md` row 29).
pub const ORDER_LIFETIME_MAX_MS: i64 = 15 * DAY_MS;

/// Where the payer meets the order (`money.md` §1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
// As it stands in stored events.
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Terminal {
    /// A mobile app.
    App,
    /// A browser on a computer.
    Web,
    /// A browser on a phone.
    Wap,
    /// A mini program inside the wallet app.
    MiniProgram,
    /// A payment link.
    PaymentLink,
    /// Anything else.
    Others,
}

/// For whom an order was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnBehalf {
    /// The provider whose key signed the call.
    pub provider_id: MerchantId,
    /// The grant under which it acted.
    pub authorization_id: AuthorizationId,
}

/// The price of one unit of goods, to be shown beside them. It is the merchant's own word: nothing is computed from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPrice {
    /// The amount as plain decimal text, as it was sent.
    pub amount: String,
    /// The currency's code, which need not be one that is kept here.
    pub currency: String,
}

/// One kind of goods, as the call names it (`money.md` §1.2 to §1.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Goods {
    /// Its name, empty where the call gave none.
    pub name: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// `01` for what is shipped, `02` for what is not; any word on v1, and empty where the call gave none.
    pub kind: String,
    /// A category of `money.md` §1.5; v1 has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The merchant's own number for it; v1 has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The price of one unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<UnitPrice>,
}

/// What a call says of an order besides its amount; kept as given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderTexts {
    /// The kind of the first goods: one word that stands for all of them in notifications and lists.
    pub product_type: String,
    /// The name of the first goods.
    pub product_name: String,
    /// Everything on the bill, in the order in which the call names it; empty on v1 where the call names nothing.
    pub goods: Vec<Goods>,
    /// Every other validated field of the call as JSON text, for pages and later steps.
    pub details: String,
    /// Where this order's notifications go instead of the configured endpoint.
    pub webhook_url: Option<String>,
    /// Where the payer goes after paying.
    pub return_url: Option<String>,
    /// Where the payer goes after giving up.
    pub cancel_url: Option<String>,
    /// Echoed in queries and notifications.
    pub pass_through_info: Option<String>,
}

/// What an order costs where it was priced in fiat (`money.md` §1.1); what is paid and settled is the order's amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiatPrice {
    /// The ISO 4217 code.
    pub currency: String,
    /// The amount as plain decimal text, as it was sent.
    pub amount: String,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Whose order it is: the merchant that is paid.
    pub merchant_id: MerchantId,
    /// The merchant's own number for it, unique per merchant for ever (`decisions.md` row 27).
    pub merchant_trade_no: String,
    /// Set where a provider created it for the merchant.
    pub on_behalf: Option<OnBehalf>,
    /// The key that signed the call.
    pub api_key_id: ApiKeyId,
    /// A channel partner's sub-merchant.
    pub sub_merchant_id: Option<SubMerchantId>,
    /// What is to be paid.
    pub amount: Amount,
    /// The price in fiat that the amount was computed from, where it was.
    pub fiat: Option<FiatPrice>,
    /// The currencies that the payer may use; `None`: every one that can be converted.
    pub pay_currencies: Option<Vec<Currency>>,
    /// Where the payer meets it.
    pub terminal: Terminal,
    /// The unguessable part of its checkout link: 32 hexadecimal digits.
    pub checkout_token: String,
    /// What the call said of it.
    pub texts: OrderTexts,
    /// When it was created.
    pub created_at: Timestamp,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: OrderState,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_stand_in_events_as_they_always_did() {
        let words = [
            (Terminal::App, "APP"),
            (Terminal::Web, "WEB"),
            (Terminal::Wap, "WAP"),
            (Terminal::MiniProgram, "MINI_PROGRAM"),
            (Terminal::PaymentLink, "PAYMENT_LINK"),
            (Terminal::Others, "OTHERS"),
        ];
        for (terminal, word) in words {
            assert_eq!(serde_json::to_value(terminal).unwrap(), word);
            assert_eq!(serde_json::from_value::<Terminal>(word.into()).unwrap(), terminal);
        }
    }
}
