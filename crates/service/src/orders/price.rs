//! What an order costs in each currency that it may be paid in (`decisions.md` row 31).
//!
//! The payer gives at least what the order is worth: the price is rounded up, and the remainder is the platform's. The order's
//! own currency always has a price, which is the order's amount; the currencies that the call allows restrict the others.

use std::sync::Arc;

use countersign_domain::ledger::Given;
use countersign_domain::money::MoneyError;
use countersign_domain::order::Order;
use countersign_domain::rates::{NoPrice, Rate, RateTable, Rounding};
use countersign_domain::{Amount, Currency};
use thiserror::Error;

use crate::platform::Platform;
use crate::rates::RateError;

/// Why an order has no price in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PriceError {
    /// The merchant does not take it.
    #[error("this order cannot be paid in {0}")]
    NotAllowed(Currency),
    /// There are no rates of now.
    #[error("there is no price in {0} at present: {1}")]
    Rates(Currency, RateError),
    /// The rates do not know it, or not the order's own.
    #[error(transparent)]
    NoPrice(#[from] NoPrice),
    /// The price is more than can be held.
    #[error("the price in {0} is out of range")]
    OutOfRange(Currency),
}

/// A price of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// What would leave the wallet.
    pub pays: Amount,
    /// What one unit of it is worth in the order's currency.
    pub rate: Rate,
}

/// The prices of one instant.
#[derive(Debug, Clone)]
pub struct Pricing(Result<Arc<RateTable>, RateError>);

impl Pricing {
    /// By what things are worth now.
    pub fn now(platform: &Platform) -> Self {
        Self(platform.rates_now())
    }

    /// The price of the order in `currency`.
    pub fn of(&self, order: &Order, currency: Currency) -> Result<Price, PriceError> {
        let own = order.amount.currency();
        if currency == own {
            return Ok(Price { pays: order.amount, rate: Rate::ONE });
        }
        if order.pay_currencies.as_ref().is_some_and(|allowed| !allowed.contains(&currency)) {
            return Err(PriceError::NotAllowed(currency));
        }
        let table = self.0.as_ref().map_err(|error| PriceError::Rates(currency, *error))?;
        let rate = table.rate(currency, own)?;
        let pays = rate.divide(order.amount, currency, Rounding::Up);
        Ok(Price { pays: pays.map_err(|_| PriceError::OutOfRange(currency))?, rate })
    }
}

/// What the ledger makes of a price: the part that the conversion takes is rounded down, the rest is a remainder.
pub(super) fn given(order: Amount, Price { pays, rate }: Price) -> Result<Given, MoneyError> {
    if pays.currency() == order.currency() {
        return Ok(Given::unconverted(order));
    }
    Ok(Given::converted(pays, rate.divide(order, pays.currency(), Rounding::Down)?))
}

#[cfg(test)]
mod tests {
    use countersign_domain::Timestamp;
    use countersign_domain::id::{ApiKeyId, MerchantId, OrderId};
    use countersign_domain::order::{OrderState, OrderTexts, Terminal};
    use countersign_domain::rates::Priced;
    use proptest::prelude::*;

    use super::*;

    fn order(amount: Amount, pay_currencies: Option<Vec<Currency>>) -> Order {
        Order {
            id: OrderId::new(1),
            merchant_id: MerchantId::new(2),
            merchant_trade_no: "a1".into(),
            on_behalf: None,
            api_key_id: ApiKeyId::new(3),
            sub_merchant_id: None,
            amount,
            fiat: None,
            pay_currencies,
            terminal: Terminal::Web,
            checkout_token: String::new(),
            texts: OrderTexts::default(),
            created_at: Timestamp::from_ms(0),
            expires_at: Timestamp::from_ms(1_000),
            state: OrderState::Initial,
        }
    }

    fn pricing(prices: &[(Currency, &str)]) -> Pricing {
        let price = |(currency, text): &(Currency, &str)| (Priced::Asset(*currency), text.parse().expect("a rate"));
        Pricing(Ok(Arc::new(RateTable::new(Timestamp::from_ms(0), prices.iter().map(price)))))
    }

    fn usdt(text: &str) -> Amount {
        Amount::parse(text, Currency::USDT).expect("an amount")
    }

    #[test]
    fn a_payer_gives_at_least_what_the_order_is_worth() {
        let pricing = pricing(&[(Currency::USDT, "1"), (Currency::BNB, "600"), (Currency::BTC, "60000")]);
        let rows = [(Currency::USDT, "42", "1"), (Currency::BNB, "0.07", "600"), (Currency::BTC, "0.0007", "60000")];
        for (currency, pays, rate) in rows {
            let price = pricing.of(&order(usdt("42"), None), currency).expect("it has a price");
            assert_eq!((price.pays.to_string().as_str(), price.rate.to_string().as_str()), (pays, rate), "{currency}");
        }
        let price = pricing.of(&order(usdt("0.01"), None), Currency::BTC).expect("it has a price");
        assert_eq!(price.pays.to_string(), "0.00000017", "rounded up from 0.000000166…");
        assert_eq!(given(usdt("0.01"), price).map(Given::pays), Ok(price.pays));
    }

    #[test]
    fn what_has_no_price_is_refused_with_its_reason() {
        let known = pricing(&[(Currency::USDT, "1"), (Currency::BTC, "60000")]);
        let open = order(usdt("42"), None);
        assert_eq!(
            known.of(&open, Currency::BNB).map_err(|error| error.to_string()),
            Err("there is no price of BNB".into())
        );
        let few = order(usdt("42"), Some(vec![Currency::BNB]));
        assert_eq!(known.of(&few, Currency::BTC), Err(PriceError::NotAllowed(Currency::BTC)));
        assert!(known.of(&few, Currency::USDT).is_ok(), "the order's own currency always has a price");
        let stale = Pricing(Err(RateError::Stale { age_ms: 90_000 }));
        assert_eq!(
            stale.of(&open, Currency::BTC).map_err(|error| error.to_string()),
            Err("there is no price in BTC at present: the rates are 90 seconds old, which is too old".into())
        );
        assert!(stale.of(&open, Currency::USDT).is_ok());
        let cheap = pricing(&[(Currency::USDT, "1000000"), (Currency::BTC, "0.001")]);
        let large = order(usdt("92233720368"), None);
        assert_eq!(cheap.of(&large, Currency::BTC), Err(PriceError::OutOfRange(Currency::BTC)));
    }

    fn currencies() -> impl Strategy<Value = Currency> {
        proptest::sample::select(Currency::all().collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn the_platform_never_loses_by_rounding(
            minor in 1..=i64::MAX, own in currencies(), paid in currencies(),
            worth in (1..=1_000_000_000_u64, 1..=1_000_000_000_u64),
        ) {
            let texts = (worth.0.to_string(), worth.1.to_string());
            let pricing = pricing(&[(own, &texts.0), (paid, &texts.1)]);
            let order = order(Amount::from_minor(minor, own), None);
            let Ok(price) = pricing.of(&order, paid) else { return Ok(()) };
            prop_assert!(price.pays.is_positive());
            // Two roundings of one price are at most a unit apart, or this panics.
            let given = given(order.amount, price).expect("less than what is paid");
            prop_assert_eq!(given.pays(), price.pays);
            if let Ok(back) = price.rate.multiply(price.pays, own, Rounding::Down) {
                prop_assert!(back.minor() >= minor, "what is given is worth the order");
            }
        }
    }
}
