//! Does the real service agree with a few hundred lines that anybody can check, and does it stay right when calls race?
//!
//! [`model`] is the reference: what is answered and who holds what, on plain integers, with no database and no
//! concurrency. [`play()`] runs a random sequence of [`Step`]s against the model and the whole application at once and tells
//! the first answer or balance in which they differ. [`races`] sends calls that exclude each other at the same moment and
//! counts what got through. Both run in the test command with fixed seeds, and in `cargo xtask torture` for as long as asked.

pub mod model;
mod play;
pub mod races;
mod stage;
mod step;

pub use play::{Difference, play, play_fresh};
pub use stage::Stage;
pub use step::{Coin, Holder, Step, sequences};
