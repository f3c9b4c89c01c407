//! What one unit of something is worth in something else, and converting amounts by it.
//!
//! Invariants: a [`Rate`] is above zero and bounded; an amount is converted exactly and then rounded once, in the direction
//! that the caller names, so that no conversion is off by a whole minor unit; a [`RateTable`] never invents a price.
//! How old a table may be is judged where it is kept, not here.

mod amount;
mod rate;
mod rounding;
mod table;

pub use amount::{FIAT_SCALE, FiatAmount};
pub use rate::{RATE_DIGITS_MAX, Rate, RateFault};
pub use rounding::Rounding;
pub use table::{ConversionError, NoPrice, Priced, RateTable};
