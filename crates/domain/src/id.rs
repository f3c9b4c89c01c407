//! Typed identifiers. Mixing an order with a transfer does not compile.
//!
//! Public numeric ids are time-ordered and fit an `i64`: 41 bits of milliseconds since [`ID_EPOCH_MS`] and 22 bits that
//! tell apart what happens within one millisecond. Since 2020 that prints as 17 to 19 digits, the form of `partner.md` §1.6.

use serde::{Deserialize, Serialize};

use crate::time::{Timestamp, civil_date};

/// 2020-01-01T00:00:00Z, the origin of the time part of ids.
pub const ID_EPOCH_MS: i64 = 1_577_836_800_000;
const RANDOM_BITS: u32 = 22;
/// How many ids one millisecond tells apart.
pub const IDS_PER_MS: i64 = 1 << RANDOM_BITS;

/// The last instant that ids can tell, in September 2089: later ones would all get its numbers.
pub const ID_LAST_MS: i64 = ID_EPOCH_MS + (1 << 41) - 1;

/// Composes the number of an id from its instant and random bits, of which the low 22 count.
pub fn compose(at: Timestamp, random: u32) -> i64 {
    let elapsed = at.ms().saturating_sub(ID_EPOCH_MS).clamp(0, ID_LAST_MS - ID_EPOCH_MS);
    (elapsed << RANDOM_BITS) | (i64::from(random) & (IDS_PER_MS - 1))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// From the number as stored.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number as stored and shown.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

// Alphabetical; append, never reuse a name for another thing.
ids! {
    /// One request to a payer to share the account id; on the wire its id.
    AccountShareId;
    /// One key of the operator's own systems (the record, not the text that goes over the wire).
    AdminKeyId;
    /// One API key of a merchant (the record, not the key text that goes over the wire).
    ApiKeyId;
    /// One authorization record: a request, and the grant that it becomes.
    AuthorizationId;
    /// A balance report that a merchant asked for; on the wire its download id.
    BalanceReportId;
    /// A payer's consent to be debited.
    DirectDebitContractId;
    /// One wallet of one owner in one currency.
    LedgerAccountId;
    /// A merchant of any kind: plain, provider or channel partner. Nine digits.
    MerchantId;
    /// A price that a payer confirmed.
    OfferId;
    /// An order; on the wire its prepay id.
    OrderId;
    /// One message to one receiver in the outbox.
    OutboxId;
    /// A payer; on the wire the Binance ID. Nine digits.
    PayerId;
    /// A batch of payouts.
    PayoutId;
    /// One payout of a batch; on the wire its order id.
    PayoutItemId;
    /// One scan of a merchant's own code; on the wire its refer id.
    QrCodeScanId;
    /// One refund of an order.
    RefundId;
    /// A sub-merchant of a channel partner.
    SubMerchantId;
    /// One balanced set of postings.
    TransferId;
    /// A person who signs in.
    UserId;
    /// One movement between a merchant's own wallets.
    WalletTransferId;
    /// One webhook endpoint of a merchant.
    WebhookEndpointId;
}

/// The smallest number of a merchant or payer: nine digits, as recorded in `clients.md` §5.
pub const ACCOUNT_NUMBER_MIN: i64 = 100_000_000;
/// One past the largest number of a merchant or payer.
pub const ACCOUNT_NUMBER_END: i64 = 1_000_000_000;

/// A nine-digit account number out of random bits.
pub fn account_number(random: u64) -> i64 {
    let span = u64::try_from(ACCOUNT_NUMBER_END - ACCOUNT_NUMBER_MIN).expect("the span is positive");
    let offset = i64::try_from(random % span).expect("below a positive i64");
    ACCOUNT_NUMBER_MIN + offset
}

/// How many sub-merchant ids one second tells apart.
pub const SUB_MERCHANT_IDS_PER_S: i64 = 100_000;

/// The number of a sub-merchant: 16 digits, like the founding document's `2107268400000001`. Six are the UTC day (`YYMMDD`),
/// five its second, five are random, of which the remainder by [`SUB_MERCHANT_IDS_PER_S`] counts. Numbers follow time, fit a
/// JSON number exactly, and have 16 digits from 2010 to 2089.
pub fn sub_merchant_number(at: Timestamp, random: u32) -> i64 {
    const DAY_S: i64 = 86_400;
    let second = at.ms().clamp(SUB_MERCHANT_FIRST_MS, SUB_MERCHANT_LAST_MS).div_euclid(1_000);
    let (year, month, day) = civil_date(second.div_euclid(DAY_S));
    let date = (year % 100) * 10_000 + month * 100 + day;
    (date * SUB_MERCHANT_IDS_PER_S + second.rem_euclid(DAY_S)) * SUB_MERCHANT_IDS_PER_S
        + i64::from(random) % SUB_MERCHANT_IDS_PER_S
}

/// 2010-01-01T00:00:00Z: earlier years would shorten the number.
const SUB_MERCHANT_FIRST_MS: i64 = 1_262_304_000_000;
/// The last millisecond of 2089: a number of a later year would be more than JavaScript counts exactly.
const SUB_MERCHANT_LAST_MS: i64 = 3_786_911_999_999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_time_ordered_and_have_at_most_19_digits() {
        let early = compose(Timestamp::from_ms(1_790_000_000_000), u32::MAX);
        let late = compose(Timestamp::from_ms(1_790_000_000_001), 0);
        assert!(early < late);
        assert_eq!(early.to_string().len(), 18);
        assert!(compose(Timestamp::from_ms(i64::MAX), u32::MAX) > 0);
        assert_eq!(compose(Timestamp::from_ms(0), 7), 7);
        assert_eq!(compose(Timestamp::from_ms(ID_LAST_MS), u32::MAX), i64::MAX, "the last id of all");
    }

    #[test]
    fn account_numbers_have_nine_digits() {
        for random in [0, 1, 899_999_999, 900_000_000, u64::MAX] {
            assert_eq!(account_number(random).to_string().len(), 9);
        }
    }

    #[test]
    fn sub_merchant_numbers_have_16_digits_and_follow_time() {
        let rows = [
            (1_627_257_600_000, 1, 2_107_260_000_000_001),
            (1_627_343_999_999, 99_999, 2_107_268_639_999_999),
            (1_709_164_800_000, 100_000, 2_402_290_000_000_000),
            (1_735_689_600_000, 7, 2_501_010_000_000_007),
            (i64::MIN, 0, 1_001_010_000_000_000),
            (i64::MAX, u32::MAX, 8_912_318_639_967_295),
        ];
        for (ms, random, expected) in rows {
            let number = sub_merchant_number(Timestamp::from_ms(ms), random);
            assert_eq!((number, number.to_string().len()), (expected, 16), "{ms}");
            assert!(number < (1 << 53), "JavaScript must count it exactly");
        }
        let days: Vec<i64> = (0..20_000)
            .map(|day| sub_merchant_number(Timestamp::from_ms(1_262_304_000_000 + day * 86_400_000), 0))
            .collect();
        assert!(days.is_sorted_by(|a, b| a < b));
    }
}
