//! Amounts as people read them. The digits come as text from the ledger's exact decimals; nothing is rounded here.

/// The most characters of an amount in the largest type.
const HEADING_LENGTH_MAX: usize = 13;

/// An amount and its currency, ready to be shown with tabular digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Digits with thousands grouped, sign kept: `-1,234.50`.
    pub amount: String,
    /// The currency's code.
    pub currency: String,
}

impl Money {
    /// Groups the thousands of a plain decimal text. Text that is no plain decimal is shown as it is.
    pub fn new(decimal: &str, currency: impl Into<String>) -> Self {
        Self { amount: grouped(decimal), currency: currency.into() }
    }

    /// Whether it has more digits than a large heading can show on a phone.
    pub fn is_long(&self) -> bool {
        self.amount.len() > HEADING_LENGTH_MAX
    }

    /// Whether the amount leaves the account.
    pub fn is_negative(&self) -> bool {
        self.amount.starts_with('-')
    }
}

fn grouped(decimal: &str) -> String {
    let (sign, unsigned) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal.to_owned();
    }
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_nothing_else_changes() {
        let cases = [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.10", "-1,234,567.10"),
            ("12.00000001", "12.00000001"),
            ("1e9", "1e9"),
            ("", ""),
        ];
        for (plain, shown) in cases {
            assert_eq!(Money::new(plain, "USDT").amount, shown);
        }
    }
}
