//! Prices that can be reckoned with in the head.

use countersign_domain::rates::{Priced, RateTable};

use crate::app::START;

/// In US dollars. Ether and all that is not here has no price.
const PRICES: [(&str, &str); 9] = [
    ("USDT", "1"),
    ("USDC", "1"),
    ("BNB", "600"),
    ("BTC", "60000"),
    ("XRP", "0.5"),
    ("SHIB", "0.00002"),
    ("EUR", "1.08"),
    ("HKD", "0.128"),
    ("JPY", "0.0064"),
];

/// The prices of every test that does not say otherwise.
pub fn rate_table() -> RateTable {
    let price = |(code, price): (&str, &str)| {
        (Priced::from_code(code).expect("the code is listed"), price.parse().expect("the price is a rate"))
    };
    RateTable::new(START, PRICES.map(price))
}
