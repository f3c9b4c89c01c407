//! The outside world: the machine's clock, its randomness and its files. Nothing below this crate reads them.

mod clock;
mod entropy;
mod files;

pub(crate) use clock::{SystemClock, monotonic};
pub(crate) use entropy::OsEntropy;
pub(crate) use files::{create_master_key, read_key_ring, read_private};
