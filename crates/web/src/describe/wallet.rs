//! Amounts and wallets.

use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::money::MoneyError;
use countersign_domain::rates::{Rate, RateTable, Rounding};
use countersign_domain::reference::FiatCurrency;
use countersign_domain::{Amount, Currency};
use countersign_store::queries::ledger::{self, Balance};
use countersign_store::{ReadTx, StoreError};

use crate::pages::{BalanceLine, BalanceWallet};
use crate::view::Money;

/// An amount ready to be shown.
pub(crate) fn money(amount: Amount) -> Money {
    Money::new(&amount.to_string(), amount.currency().code())
}

/// Reads an amount as people type it, or says what is wrong with it.
pub(crate) fn parse_amount(text: &str, currency: Currency) -> Result<Amount, String> {
    Amount::parse(text, currency).map_err(|error| match error {
        MoneyError::TooPrecise(currency, decimals) => format!("{currency} has at most {decimals} decimals."),
        MoneyError::OutOfRange => "This amount is too large.".to_owned(),
        MoneyError::Malformed | MoneyError::CurrencyMismatch(..) => {
            "Write the amount in digits with a point, such as 12.5.".to_owned()
        }
    })
}

/// In what wallets are valued, and to how many decimals.
const WORTH_IN: FiatCurrency = FiatCurrency::USD;
const WORTH_SCALE: u32 = 2;
/// The digits of a rate that people read.
const RATE_DIGITS: u32 = 8;

/// A price in words: `1 BNB = 600 USDT`; nothing where nothing is converted.
pub(crate) fn rate_words((from, rate): (Currency, Rate), to: Currency) -> String {
    if from == to {
        return String::new();
    }
    let exact = rate.number();
    let shown = exact.round_sf(RATE_DIGITS).map_or(exact, |rounded| rounded.normalize());
    let sign = if shown == exact { "=" } else { "≈" };
    format!("1 {from} {sign} {} {to}", Money::new(&shown.to_string(), to.code()).amount)
}

/// What people call a wallet.
pub(crate) const fn wallet_name(wallet: Wallet) -> &'static str {
    match wallet {
        Wallet::Funding => "Funding wallet",
        Wallet::Spot => "Spot wallet",
    }
}

/// What a balance is worth, in cents of [`WORTH_IN`]; `None` where there is no price.
fn worth(rates: Option<&RateTable>, balance: &Balance) -> Option<i128> {
    let currency = balance.available.currency();
    let all = balance.available.plus(balance.frozen).ok()?;
    let rate = rates?.rate(currency, WORTH_IN).ok()?;
    rate.multiplied((all.minor(), currency.scale()), WORTH_SCALE, Rounding::Down)
}

fn worth_money(cents: i128) -> Money {
    let unit = 10_i128.pow(WORTH_SCALE);
    Money::new(&format!("{}.{:02}", cents / unit, cents % unit), WORTH_IN.code())
}

fn line(balance: &Balance, worth: Option<i128>) -> BalanceLine {
    let frozen = balance.frozen.is_positive().then(|| money(balance.frozen));
    BalanceLine { available: money(balance.available), frozen, worth: worth.map(worth_money) }
}

/// A wallet without currencies of which nothing is there, and what it is worth.
fn wallet(name: &str, balances: &[Balance], rates: Option<&RateTable>) -> BalanceWallet {
    let something = |balance: &&Balance| balance.available.minor() != 0 || balance.frozen.minor() != 0;
    let valued: Vec<_> = balances.iter().filter(something).map(|balance| (balance, worth(rates, balance))).collect();
    // A sum of what happens to have a price would be read as the sum of all.
    let sum = valued.iter().map(|(_, worth)| *worth).sum::<Option<i128>>().filter(|_| valued.len() > 1);
    BalanceWallet {
        name: name.to_owned(),
        lines: valued.into_iter().map(|(balance, worth)| line(balance, worth)).collect(),
        worth: sum.map(worth_money),
    }
}

/// Both wallets of an owner, valued by these rates.
pub(crate) fn balances(
    tx: &mut dyn ReadTx,
    owner: Owner,
    rates: Option<&RateTable>,
) -> Result<Vec<BalanceWallet>, StoreError> {
    let both = [Wallet::Funding, Wallet::Spot].into_iter();
    both.map(|one| Ok(wallet(wallet_name(one), &ledger::balances(tx, owner, one)?, rates))).collect()
}

#[cfg(test)]
mod tests {
    use countersign_domain::Timestamp;
    use countersign_domain::rates::Priced;

    use super::*;

    fn balance(text: &str, code: &str) -> Balance {
        let available = Amount::parse(text, Currency::from_code(code).expect(code)).expect(text);
        Balance { available, frozen: Amount::zero(available.currency()), updated_at: Timestamp::from_ms(0) }
    }

    #[test]
    fn rates_are_read_with_as_many_digits_as_help() {
        let rows = [
            ("600", "1 BNB = 600 USDT"),
            ("59999.12", "1 BNB = 59,999.12 USDT"),
            ("0.0000166666666666666667", "1 BNB ≈ 0.000016666667 USDT"),
            ("1234567.891", "1 BNB ≈ 1,234,567.9 USDT"),
        ];
        for (rate, words) in rows {
            assert_eq!(rate_words((Currency::BNB, rate.parse().expect(rate)), Currency::USDT), words);
        }
        assert_eq!(rate_words((Currency::USDT, Rate::ONE), Currency::USDT), "");
    }

    #[test]
    fn a_wallet_is_worth_what_all_of_it_is() {
        let price =
            |(code, price): (&str, &str)| (Priced::from_code(code).expect(code), price.parse().expect("a rate"));
        let rates = RateTable::new(Timestamp::from_ms(0), [("USDT", "1"), ("BTC", "60000")].map(price));
        let worth = |balances: &[(&str, &str)], rates| {
            let balances: Vec<Balance> = balances.iter().map(|(text, code)| balance(text, code)).collect();
            let wallet = wallet("Wallet", &balances, rates);
            let lines = wallet.lines.iter().map(|line| line.worth.as_ref().map_or("-", |worth| &worth.amount));
            (lines.map(str::to_owned).collect::<Vec<_>>().join(" "), wallet.worth.map(|worth| worth.amount))
        };
        let at = |text: &str| text.to_owned();
        let rows = [
            (&[("10.999", "USDT"), ("0.5", "BTC"), ("0", "BNB")][..], (at("10.99 30,000.00"), Some(at("30,010.99")))),
            (&[("10", "USDT"), ("1", "BNB")], (at("10.00 -"), None)),
            (&[("10", "USDT")], (at("10.00"), None)),
            (&[], (at(""), None)),
        ];
        for (balances, expected) in rows {
            assert_eq!(worth(balances, Some(&rates)), expected, "{balances:?}");
        }
        assert_eq!(worth(&[("10", "USDT"), ("1", "BTC")], None), (at("- -"), None));
    }
}
