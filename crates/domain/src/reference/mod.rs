//! Reference data of others: ISO 3166-1 countries, ISO 4217 currencies and merchant category codes. Read on 2026-11-21; tables,
//! no logic.

mod countries;
mod fiat_currencies;
mod merchant_categories;

pub use countries::Country;
pub use fiat_currencies::FiatCurrency;
pub use merchant_categories::{CategorySource, MerchantCategory};
