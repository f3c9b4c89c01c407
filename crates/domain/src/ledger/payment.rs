//! The legs of an order's payment: from the payer, over the conversion where there is one, to the merchant less commission.

use super::{AccountRef, Owner, PlatformAccount, Posting, Wallet, leg};
use crate::id::{MerchantId, PayerId};
use crate::money::Amount;

/// What the commission on a payment comes to and who gets which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commission {
    /// What the merchant is charged in all.
    pub whole: Amount,
    /// The provider's part of it (`decisions.md` row 21), with the provider.
    pub share: Option<(MerchantId, Amount)>,
}

/// What a payer gives for an order, and how much of it the conversion into the order's currency takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// What leaves the wallet: the price, rounded up.
    pays: Amount,
    /// The price in the same currency, rounded down.
    taken: Amount,
}

impl Given {
    /// An order paid in its own currency.
    pub const fn unconverted(amount: Amount) -> Self {
        Self { pays: amount, taken: amount }
    }

    /// A price that was rounded up to `pays` and down to `taken`, which are of one currency and at most a unit apart: what
    /// lies between them is the platform's, so that no rounding is ever at its cost.
    pub fn converted(pays: Amount, taken: Amount) -> Self {
        Self::checked(pays, taken)
            .expect("two roundings of one price, of which something is given and nothing taken back")
    }

    /// The same, or `None` where the two are no roundings of one price.
    pub fn checked(pays: Amount, taken: Amount) -> Option<Self> {
        let of_one = pays.currency() == taken.currency() && pays.is_positive() && taken.minor() >= 0;
        (of_one && (0..=1).contains(&(pays.minor() - taken.minor()))).then_some(Self { pays, taken })
    }

    /// What leaves the payer's wallet.
    pub const fn pays(self) -> Amount {
        self.pays
    }
}

const fn funding(owner: Owner) -> AccountRef {
    AccountRef::Wallet(owner, Wallet::Funding)
}

const fn platform(account: PlatformAccount) -> AccountRef {
    AccountRef::Platform(account)
}

/// The legs that bring `amount` up: out of the payer's wallet where both are of one currency, else out of the conversion,
/// which takes the payer's money in.
fn raised(payer: PayerId, amount: Amount, given: Given) -> Vec<Posting> {
    let (own, order) = (given.pays.currency(), amount.currency());
    let mut legs = vec![leg(funding(Owner::Payer(payer)), -given.pays.minor(), own)];
    if own == order {
        assert!(given == Given::unconverted(amount), "what is not converted is not rounded");
        return legs;
    }
    legs.push(leg(platform(PlatformAccount::Conversion), given.taken.minor(), own));
    legs.push(leg(platform(PlatformAccount::Rounding), given.pays.minor() - given.taken.minor(), own));
    legs.push(leg(platform(PlatformAccount::Conversion), -amount.minor(), order));
    legs
}

/// The legs of an order's payment: payer to merchant, less commission, of which a provider may have a share. The merchant is
/// credited in the order's currency whatever the payer gives.
pub fn order_payment(
    payer: PayerId,
    merchant: MerchantId,
    (amount, given): (Amount, Given),
    commission: Commission,
) -> Vec<Posting> {
    let currency = amount.currency();
    let whole = commission.whole.minor();
    let share = commission.share.map_or(0, |(_, share)| share.minor());
    assert!(amount.is_positive() && (0..=amount.minor()).contains(&whole), "a commission is a part of the payment");
    assert!((0..=whole).contains(&share), "a share is a part of the commission");
    let mut postings = raised(payer, amount, given);
    postings.push(leg(funding(Owner::Merchant(merchant)), amount.minor() - whole, currency));
    postings.push(leg(platform(PlatformAccount::Commission), whole - share, currency));
    if let Some((provider, share)) = commission.share {
        postings.push(leg(funding(Owner::Merchant(provider)), share.minor(), currency));
    }
    postings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Transfer, TransferKind};
    use super::*;
    use crate::currency::Currency;
    use crate::id::TransferId;
    use crate::money::PartsPerMillion;
    use crate::time::Timestamp;

    const PAYER: PayerId = PayerId::new(1);
    const MERCHANT: MerchantId = MerchantId::new(2);
    const PROVIDER: MerchantId = MerchantId::new(3);

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    fn btc(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::BTC)
    }

    fn commission(amount: Amount, (whole, share): (i64, i64)) -> Commission {
        let part = |of: Amount, millionths| of.share_floor(PartsPerMillion::new(millionths).expect("in range"));
        let charged = part(amount, whole);
        Commission { whole: charged, share: Some((PROVIDER, part(charged, share))) }
    }

    /// What the legs of a transfer, which must balance, move on one account in one currency.
    fn moved(built: &Transfer, account: AccountRef, currency: Currency) -> i64 {
        let legs = built.postings().iter().filter(|leg| leg.account == account && leg.amount.currency() == currency);
        legs.map(|leg| leg.amount.minor()).sum()
    }

    fn built(amount: Amount, given: Given, commission: Commission) -> Transfer {
        let legs = order_payment(PAYER, MERCHANT, (amount, given), commission);
        Transfer::new(TransferId::new(1), TransferKind::OrderPayment, 2, Timestamp::from_ms(3), legs)
    }

    proptest! {
        #[test]
        fn payments_balance_over_any_split(minor in 1..=i64::MAX, parts in (0..=1_000_000_i64, 0..=1_000_000_i64)) {
            let amount = usdt(minor);
            let commission = commission(amount, parts);
            let built = built(amount, Given::unconverted(amount), commission);
            prop_assert!(built.postings().iter().all(|posting| posting.amount.minor() != 0));
            prop_assert_eq!(moved(&built, funding(Owner::Payer(PAYER)), Currency::USDT), -minor);
            prop_assert_eq!(
                moved(&built, funding(Owner::Merchant(MERCHANT)), Currency::USDT), minor - commission.whole.minor()
            );
        }

        #[test]
        fn a_converted_payment_credits_the_net_and_the_platform_never_loses(
            minor in 1..=i64::MAX, taken in 0..i64::MAX, exact: bool, parts in (0..=1_000_000_i64, 0..=1_000_000_i64),
        ) {
            let up = if exact && taken > 0 { taken } else { taken + 1 };
            let (amount, given) = (usdt(minor), Given::converted(btc(up), btc(taken)));
            let commission = commission(amount, parts);
            let built = built(amount, given, commission);
            prop_assert_eq!(moved(&built, funding(Owner::Payer(PAYER)), Currency::BTC), -up);
            prop_assert_eq!(
                moved(&built, funding(Owner::Merchant(MERCHANT)), Currency::USDT), minor - commission.whole.minor()
            );
            prop_assert_eq!(moved(&built, platform(PlatformAccount::Conversion), Currency::BTC), taken);
            prop_assert_eq!(moved(&built, platform(PlatformAccount::Conversion), Currency::USDT), -minor);
            let rounding = moved(&built, platform(PlatformAccount::Rounding), Currency::BTC);
            prop_assert!((0..=1).contains(&rounding));
            let share = commission.share.map_or(0, |(_, share)| share.minor());
            prop_assert_eq!(
                moved(&built, platform(PlatformAccount::Commission), Currency::USDT), commission.whole.minor() - share
            );
        }
    }

    #[test]
    #[should_panic(expected = "two roundings of one price")]
    fn a_remainder_is_less_than_a_unit() {
        let _ = Given::converted(btc(5), btc(3));
    }

    #[test]
    #[should_panic(expected = "what is not converted is not rounded")]
    fn an_order_in_its_own_currency_costs_what_it_says() {
        let given = Given::converted(usdt(11), usdt(10));
        built(usdt(10), given, Commission { whole: usdt(0), share: None });
    }
}
