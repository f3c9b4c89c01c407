//! What an order costs in either coin.

use super::narrow;
use crate::step::Coin;

/// What a payer gives for an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Price {
    /// In which coin.
    pub(super) coin: Coin,
    /// What leaves the wallet: rounded up, so that the platform never pays for a rounding.
    pub(super) pays: i64,
    /// The part of it that the conversion takes: the same, rounded down.
    pub(super) taken: i64,
    /// What one unit of the coin is worth in USDT, in millionths.
    pub(super) millionths: i64,
}

impl Price {
    /// The price of an order of `minor` of USDT in `coin`, of which one unit is worth `millionths` of a USDT.
    pub(super) fn of(minor: i64, coin: Coin, millionths: i64) -> Self {
        match coin {
            Coin::Usdt => Self { coin, pays: minor, taken: minor, millionths: 1_000_000 },
            Coin::Xrp => {
                // Units of USDT over the price are units of XRP: minor / 10^8 / (millionths / 10^6) * 10^6.
                let (dividend, divisor) = (i128::from(minor) * 10_000, i128::from(millionths));
                let down = dividend / divisor;
                let up = if dividend % divisor == 0 { down } else { down + 1 };
                Self { coin, pays: narrow(up), taken: narrow(down), millionths }
            }
        }
    }
}
