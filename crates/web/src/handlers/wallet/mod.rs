//! A payer's wallet: what is there, what moved, a payment link that was pasted, and one payment's receipt.

mod open;
mod receipt;
mod show;

pub(crate) use open::open;
pub(crate) use receipt::receipt;
pub(crate) use show::show;
