//! The sandbox's own prices: a fixed table, some of it changed by the control API.
//!
//! Prices in a sandbox are as made up as its money, so they never age and are the same each time. What was changed is kept in
//! the database, so that a restart and a restored snapshot find it.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::rates::RateTable;
use countersign_service::rates::{DocumentFault, known_prices};
use countersign_service::{Platform, Rates};
use countersign_store::queries::meta;
use countersign_store::{ReadTx, Store, StoreError};

const RATES: &str = "sandbox_rates";

/// Code and price in US dollars.
type Prices = BTreeMap<String, String>;

/// Round numbers near what things cost when Countersign was written, one for every asset and for the larger currencies.
static TABLE: &[(&str, &str)] = &[
    ("USDT", "1"),
    ("USDC", "1"),
    ("BUSD", "1"),
    ("FDUSD", "1"),
    ("DAI", "1"),
    ("EURI", "1.1"),
    ("BNB", "600"),
    ("BTC", "60000"),
    ("ETH", "3000"),
    ("MBOX", "0.25"),
    ("SOL", "150"),
    ("XRP", "0.5"),
    ("ADA", "0.4"),
    ("TRX", "0.125"),
    ("DOGE", "0.16"),
    ("LTC", "80"),
    ("SHIB", "0.00002"),
    ("PEPE", "0.00001"),
    ("AED", "0.2725"),
    ("AUD", "0.65"),
    ("BRL", "0.2"),
    ("CAD", "0.72"),
    ("CHF", "1.2"),
    ("CNY", "0.14"),
    ("EUR", "1.1"),
    ("GBP", "1.3"),
    ("HKD", "0.128"),
    ("IDR", "0.0000625"),
    ("INR", "0.012"),
    ("JPY", "0.0064"),
    ("KRW", "0.00072"),
    ("MXN", "0.055"),
    ("NGN", "0.00065"),
    ("PHP", "0.0175"),
    ("PLN", "0.26"),
    ("SGD", "0.75"),
    ("THB", "0.03"),
    ("TRY", "0.025"),
    ("TWD", "0.032"),
    ("UAH", "0.024"),
    ("VND", "0.00004"),
    ("ZAR", "0.055"),
];

fn read(tx: &mut dyn ReadTx) -> Result<Prices, StoreError> {
    let kept = meta::get(tx, RATES)?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

fn table(changed: &Prices, now: Timestamp) -> Result<RateTable, DocumentFault> {
    let ours = TABLE.iter().map(|(code, price)| ((*code).to_owned(), (*price).to_owned())).collect();
    Ok(RateTable::new(now, known_prices(&ours)?).with(now, known_prices(changed)?))
}

/// The prices with which a sandbox starts, `now` being wall time.
pub fn at_start(store: &Store, now: Timestamp) -> Result<Rates, StoreError> {
    let changed = store.read_blocking("sandbox_rates_read", |tx| read(tx))?;
    let table = table(&changed, now).or_else(|_| table(&Prices::new(), now));
    Ok(Rates::fixed(table.expect("our own table is sound; a test reads it")))
}

/// Changes some prices and keeps the change.
pub(crate) async fn change(platform: &Arc<Platform>, prices: Prices) -> Result<(), StoreError> {
    let changed = platform.store.write("sandbox_rates_keep", platform.command_id(), move |tx| {
        let mut changed = read(tx)?;
        changed.extend(prices.clone());
        meta::put(tx, RATES, &serde_json::to_string(&changed).expect("a map of texts is JSON"))?;
        Ok::<_, StoreError>(changed)
    });
    take(platform, &changed.await?);
    Ok(())
}

/// Goes by the prices of the database again, after it was put back to an earlier state.
pub(crate) async fn put_back(platform: &Arc<Platform>) -> Result<(), StoreError> {
    let changed = platform.read("sandbox_rates_read", |tx, _| read(tx)).await?;
    take(platform, &changed);
    Ok(())
}

fn take(platform: &Platform, changed: &Prices) {
    // A sandbox that takes its prices from elsewhere keeps doing so.
    if let (true, Ok(table)) = (platform.rates.are_fixed(), table(changed, platform.wall_now())) {
        platform.rates.put(table);
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::Currency;
    use countersign_domain::rates::Priced;

    use super::*;

    #[test]
    fn every_asset_has_a_price() {
        let table = table(&Prices::new(), Timestamp::from_ms(0)).expect("the prices are rates");
        for currency in Currency::all() {
            assert!(table.price(currency).is_ok(), "{currency} has no price in the sandbox");
        }
        assert!(TABLE.iter().all(|(code, _)| Priced::from_code(code).is_some()));
    }
}
