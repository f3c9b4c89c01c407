//! Reference data of others: ISO 3166-1 countries and merchant category codes. Read on 2026-11-21; tables, no logic.

mod countries;
mod merchant_categories;

pub use countries::Country;
pub use merchant_categories::{CategorySource, MerchantCategory};
