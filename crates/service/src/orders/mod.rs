//! Orders: created by a merchant or a provider for it, looked up, paid, closed, and expired where nobody pays.

mod close;
mod create;
mod ended;
mod expire;
mod fiat;
mod pay;
pub mod payer_detail;
mod query;

pub use close::{CloseError, close};
pub use create::{CreateError, Created, NewOrder, create};
pub use expire::{DUE_BATCH_MAX, expire, overdue};
pub use fiat::{FIAT_ORDER_CURRENCY, FiatError, OrderPrice};
pub use pay::{Paid, PayError, PayOrder, Target, pay};
pub use payer_detail::key_owner;
pub use query::{Lookup, QueryError, by_checkout_token, query};
