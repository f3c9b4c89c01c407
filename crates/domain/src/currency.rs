//! The currencies that orders and wallets are kept in, each with its scale.
//!
//! The list is the platform's own, not ISO 4217: order currencies are crypto assets (`money.md` §1.1). Eight decimals are
//! the most the wire carries; assets with huge supplies are kept coarser so that an `i64` holds any sensible amount.

use serde::{Deserialize, Serialize};

/// One asset, by its index in the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u8);

struct Info {
    code: &'static str,
    name: &'static str,
    scale: u32,
}

const fn asset(code: &'static str, name: &'static str, scale: u32) -> Info {
    Info { code, name, scale }
}

// Append only: nothing stored holds the index, but tests and pages list in this order.
static TABLE: &[Info] = &[
    asset("USDT", "Tether", 8),
    asset("USDC", "USD Coin", 8),
    asset("BNB", "BNB", 8),
    asset("BTC", "Bitcoin", 8),
    asset("ETH", "Ether", 8),
    asset("BUSD", "Binance USD", 8),
    asset("FDUSD", "First Digital USD", 8),
    asset("DAI", "Dai", 8),
    asset("EURI", "Eurite", 8),
    asset("MBOX", "MOBOX", 8),
    asset("SOL", "Solana", 8),
    asset("XRP", "XRP", 6),
    asset("ADA", "Cardano", 6),
    asset("TRX", "TRON", 6),
    asset("DOGE", "Dogecoin", 8),
    asset("LTC", "Litecoin", 8),
    asset("SHIB", "Shiba Inu", 2),
    asset("PEPE", "Pepe", 2),
];

/// The most decimals of any currency: as many as the wire carries.
pub const SCALE_MAX: u32 = 8;

/// The longest code in the table, in bytes.
pub const CODE_LENGTH_MAX: usize = 8;

impl Currency {
    /// Tether, the currency of fiat-priced orders (`money.md` §1.1).
    pub const USDT: Self = Self(0);
    /// USD Coin.
    pub const USDC: Self = Self(1);
    /// BNB.
    pub const BNB: Self = Self(2);
    /// Bitcoin.
    pub const BTC: Self = Self(3);

    /// The currency with exactly this upper-case code.
    pub fn from_code(code: &str) -> Option<Self> {
        let index = TABLE.iter().position(|info| info.code == code)?;
        u8::try_from(index).ok().map(Self)
    }

    /// Every currency, in table order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).filter_map(|index| u8::try_from(index).ok().map(Self))
    }

    fn info(self) -> &'static Info {
        &TABLE[usize::from(self.0)]
    }

    /// The upper-case code, `USDT`.
    pub fn code(self) -> &'static str {
        self.info().code
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Decimals of the smallest unit; at most 8.
    pub fn scale(self) -> u32 {
        self.info().scale
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown currency {code}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        for currency in Currency::all() {
            assert_eq!(Currency::from_code(currency.code()), Some(currency), "codes are unique");
            assert!(currency.scale() <= SCALE_MAX, "{currency} has more decimals than the wire");
            assert!(currency.code().len() <= CODE_LENGTH_MAX);
        }
        assert_eq!(Currency::USDT.code(), "USDT");
        assert_eq!(Currency::BTC.code(), "BTC");
        assert_eq!(Currency::from_code("usdt"), None, "codes are case-sensitive");
    }
}
