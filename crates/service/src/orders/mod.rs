//! Orders: created by a merchant or a provider for it, looked up, listed, paid, closed, and expired where nobody pays.

mod close;
mod confirm;
mod create;
mod ended;
mod expire;
mod fiat;
mod list;
mod pay;
pub mod payer_detail;
mod payment_error;
mod price;
mod query;

pub use close::{CloseError, close};
pub use confirm::{ConfirmPrice, Confirmed, confirm};
pub use create::{CreateError, Created, NewOrder, create};
pub use expire::{DUE_BATCH_MAX, expire, overdue};
pub use fiat::{FIAT_ORDER_CURRENCY, FiatError, OrderPrice};
pub use list::{Filter, PAGE_MAX, SEARCH_LENGTH_MAX, TRANSACTION_PREFIX, page_of_merchant};
pub use pay::{Outcome, Paid, PayOffer, confirm_and_pay, pay};
pub use payer_detail::key_owner;
pub use payment_error::PayError;
pub use price::{Price, PriceError, Pricing};
pub use query::{Lookup, QueryError, by_checkout_token, query};
