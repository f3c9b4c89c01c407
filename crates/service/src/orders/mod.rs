//! Orders: created by a merchant or a provider for it, looked up, and paid.

mod create;
mod pay;
mod query;

pub use create::{CreateError, Created, NewOrder, create};
pub use pay::{Paid, PayError, PayOrder, Target, pay};
pub use query::{Lookup, QueryError, by_checkout_token, query};
