//! What an asset is worth in US dollars and in bitcoin, until there is a source of rates
//! (`docs/decisions/0002-valuations-before-rates.md`).
//!
//! A made-up rate would be a lie that somebody books by; so only what is one by its nature is valued: dollars at a dollar,
//! bitcoin at a bitcoin, all else at nothing.

use countersign_domain::Amount;
use countersign_wire::WireNumber;

/// The fiat currency of valuations.
pub(crate) const FIAT: &str = "USD";

/// Assets that are redeemed for a dollar.
const DOLLARS: [&str; 5] = ["USDT", "USDC", "BUSD", "FDUSD", "DAI"];
/// Assets that are bitcoin.
const BITCOINS: [&str; 1] = ["BTC"];

/// The amount in dollars.
pub(crate) fn in_fiat(amount: Amount) -> WireNumber {
    at_par(amount, &DOLLARS)
}

/// The amount in bitcoin.
pub(crate) fn in_btc(amount: Amount) -> WireNumber {
    at_par(amount, &BITCOINS)
}

fn at_par(amount: Amount, assets: &[&str]) -> WireNumber {
    let minor = if assets.contains(&amount.currency().code()) { amount.minor() } else { 0 };
    WireNumber::padded(minor, amount.currency().scale())
}

#[cfg(test)]
mod tests {
    use countersign_domain::Currency;

    use super::*;

    #[test]
    fn only_what_is_a_dollar_or_a_bitcoin_is_valued() {
        let rows = [
            ("USDT", "1.50000000", "0.00000000"),
            ("BTC", "0.00000000", "1.50000000"),
            ("BNB", "0.00000000", "0.00000000"),
        ];
        for (code, fiat, btc) in rows {
            let amount = Amount::parse("1.5", Currency::from_code(code).expect(code)).expect("an amount");
            assert_eq!((in_fiat(amount).text(), in_btc(amount).text()), (fiat, btc), "{code}");
        }
        assert!(DOLLARS.iter().chain(&BITCOINS).all(|code| Currency::from_code(code).is_some()));
    }
}
