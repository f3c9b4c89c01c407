//! Decimals as text: reading amounts from their JSON text, printing them as the wire prints them. No float anywhere.

mod format;
mod number;
mod parse;
mod price;

pub use format::{SCALE_MAX, padded, plain};
pub use number::WireNumber;
pub use parse::{DECIMAL_TEXT_MAX, DecimalError, WireDecimal};
