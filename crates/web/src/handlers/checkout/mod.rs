//! The hosted checkout: whoever has the link sees the order; a signed-in payer confirms a price and pays, once.

mod bill;
mod board;
mod choices;
mod events;
mod links;
mod page;
mod pay;
mod seats;
mod show;
mod way_out;

pub(crate) use bill::seller_of;
pub(crate) use events::events;
pub(crate) use links::{from_app, from_qr, qr_image};
pub(crate) use pay::{confirm, pay};
pub(crate) use seats::Seats;
pub(crate) use show::show;
