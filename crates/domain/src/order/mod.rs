//! Orders and their life cycle (`money.md` §1.10).
//!
//! Invariants: an order is paid at most once, and only while it is open; of a payment, a close and an expiry that race each
//! other exactly one happens and the others are told which; what was refunded never exceeds what was paid. The states hold
//! their data, so that nothing can be asked of an order that it does not have.

mod aggregate;
mod standing;
mod state;
mod steps;

pub use aggregate::{
    FiatPrice, Goods, ORDER_LIFETIME_DEFAULT_MS, ORDER_LIFETIME_MAX_MS, OnBehalf, Order, OrderTexts, Terminal,
    UnitPrice,
};
pub use standing::Standing;
pub use state::{Failure, Offer, OrderState, OrderStatus, Payment, Returned};
pub use steps::{
    CloseError, HOLD_BREAK_MS, HOLD_MS_MAX, OFFER_LIFETIME_MS, PayError, REFUND_ATTEMPTS_MAX, REFUND_WINDOW_MS, Refund,
    RefundError,
};
