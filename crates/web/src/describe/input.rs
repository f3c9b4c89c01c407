//! Ids and addresses as people type them.

use std::str::FromStr;

use countersign_domain::AddressList;
use countersign_domain::address::AddressError;

/// Digits of the longest id.
const ID_DIGITS_MAX: usize = 19;

/// An id out of a path, a query or a form: digits alone, as pages and mails print them.
pub(crate) fn numeric_id<T: FromStr>(text: &str) -> Option<T> {
    let plain = !text.is_empty() && text.len() <= ID_DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Reads the lines of an address field, or says what is wrong and where.
pub(crate) fn parse_addresses(lines: &[String]) -> Result<AddressList, String> {
    AddressList::parse(lines.iter().map(String::as_str)).map_err(|error| {
        let bad = match &error {
            AddressError::Malformed(text) | AddressError::HostBits(text, _) => Some(text),
            AddressError::TooMany => None,
        };
        let line = bad.and_then(|bad| lines.iter().position(|line| line.starts_with(bad.as_str())));
        match (line, &error) {
            (Some(line), AddressError::Malformed(text)) => {
                format!("Line {}: “{text}” is no address and no range.", line + 1)
            }
            (Some(line), AddressError::HostBits(text, range)) => {
                format!("Line {}: “{text}” has address bits below its prefix; write {range}.", line + 1)
            }
            _ => format!("{error}."),
        }
    })
}

/// The entries of a list, one text each.
pub(crate) fn address_list(addresses: &AddressList) -> Vec<String> {
    addresses.ranges().iter().map(ToString::to_string).collect()
}

/// The same as a text area holds them.
pub(crate) fn address_lines(addresses: &AddressList) -> String {
    address_list(addresses).join("\n")
}

#[cfg(test)]
mod tests {
    use countersign_domain::id::OrderId;

    use super::*;

    #[test]
    fn only_plain_digits_are_ids() {
        assert_eq!(numeric_id("210"), Some(OrderId::new(210)));
        for text in ["", "+1", "-1", " 1", "1 ", "1e3", "99999999999999999999", "9999999999999999999", "x"] {
            assert_eq!(numeric_id::<OrderId>(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_wrong_address_is_named_with_its_line() {
        let lines = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let error = parse_addresses(&lines("203.0.113.7|203.0.113.300")).expect_err("malformed");
        assert_eq!(error, "Line 2: “203.0.113.300” is no address and no range.");
        let error = parse_addresses(&lines("10.0.0.1/8")).expect_err("host bits");
        assert!(error.contains("write 10.0.0.0/8"), "{error}");
        assert!(parse_addresses(&[]).expect("empty").is_any());
    }
}
