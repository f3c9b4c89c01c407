//! Orders and their life cycle (`money.md` §1.10).
//!
//! Invariant: an order is paid at most once, and only while it is open. Which states exist is fixed by the wire; this
//! step reaches `Initial`, `Paid` and `Expired`, the others join with closing and refunds.

use thiserror::Error;

use crate::id::{ApiKeyId, AuthorizationId, MerchantId, OrderId, PayerId, SubMerchantId, TransferId};
use crate::money::Amount;
use crate::time::{DAY_MS, HOUR_MS, Timestamp};

/// How long an order can be paid when nothing is said (`decisions.md` row 29).
pub const ORDER_LIFETIME_DEFAULT_MS: i64 = HOUR_MS;
/// The longest that an order can be asked to live (`decisions.md` row 29).
pub const ORDER_LIFETIME_MAX_MS: i64 = 15 * DAY_MS;

/// Where the payer meets the order (`money.md` §1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// How an order was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The ledger transfer, on the wire the transaction id.
    pub transfer_id: TransferId,
    /// Who paid.
    pub payer_id: PayerId,
    /// The payer's id as this merchant sees it: 32 hexadecimal digits.
    pub open_user_id: String,
    /// When.
    pub paid_at: Timestamp,
    /// What the payer gave.
    pub paid: Amount,
    /// What the platform kept, in the order's currency.
    pub commission: Amount,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderState {
    /// Created, nobody has begun to pay.
    Initial,
    /// Paid.
    Paid(Payment),
    /// Not paid in time.
    Expired,
}

/// The state without its data, as stored and as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderStatus {
    /// See [`OrderState::Initial`].
    Initial,
    /// See [`OrderState::Paid`].
    Paid,
    /// See [`OrderState::Expired`].
    Expired,
}

/// What a call says of an order besides its amount; kept as given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderTexts {
    /// The type of the first goods, `01` or `02`.
    pub product_type: String,
    /// The name of the first goods.
    pub product_name: String,
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

/// Why an order could not be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PayError {
    /// Paid already.
    #[error("the order is paid already")]
    AlreadyPaid,
    /// Its time is over.
    #[error("the order has expired")]
    Expired,
}

impl Order {
    /// The status as of `now`; an order whose time is over reads expired even before a job has recorded it.
    pub fn status_at(&self, now: Timestamp) -> OrderStatus {
        match self.state {
            OrderState::Paid(_) => OrderStatus::Paid,
            OrderState::Expired => OrderStatus::Expired,
            OrderState::Initial if self.expires_at <= now => OrderStatus::Expired,
            OrderState::Initial => OrderStatus::Initial,
        }
    }

    /// The order after `payment`, which must come while the order is open.
    pub fn pay(self, payment: Payment) -> Result<Self, PayError> {
        match self.status_at(payment.paid_at) {
            OrderStatus::Initial => Ok(Self { state: OrderState::Paid(payment), ..self }),
            OrderStatus::Paid => Err(PayError::AlreadyPaid),
            OrderStatus::Expired => Err(PayError::Expired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;

    fn order(state: OrderState) -> Order {
        Order {
            id: OrderId::new(1),
            merchant_id: MerchantId::new(2),
            merchant_trade_no: "a1".into(),
            on_behalf: None,
            api_key_id: ApiKeyId::new(3),
            sub_merchant_id: None,
            amount: Amount::from_minor(100, Currency::USDT),
            terminal: Terminal::Web,
            checkout_token: String::new(),
            texts: OrderTexts::default(),
            created_at: Timestamp::from_ms(0),
            expires_at: Timestamp::from_ms(1_000),
            state,
        }
    }

    fn payment(at: i64) -> Payment {
        Payment {
            transfer_id: TransferId::new(9),
            payer_id: PayerId::new(5),
            open_user_id: "0".repeat(32),
            paid_at: Timestamp::from_ms(at),
            paid: Amount::from_minor(100, Currency::USDT),
            commission: Amount::zero(Currency::USDT),
        }
    }

    #[test]
    fn an_order_is_paid_once_and_only_in_time() {
        let cases = [
            (OrderState::Initial, 999, Ok(())),
            (OrderState::Initial, 1_000, Err(PayError::Expired)),
            (OrderState::Paid(payment(5)), 999, Err(PayError::AlreadyPaid)),
            (OrderState::Paid(payment(5)), 1_000, Err(PayError::AlreadyPaid)),
            (OrderState::Expired, 5, Err(PayError::Expired)),
        ];
        for (state, at, expected) in cases {
            let result = order(state.clone()).pay(payment(at));
            assert_eq!(result.as_ref().map(|_| ()).map_err(|error| *error), expected, "{state:?} at {at}");
            if let Ok(paid) = result {
                assert_eq!(paid.state, OrderState::Paid(payment(at)));
            }
        }
    }
}
