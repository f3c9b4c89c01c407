//! What a refund moves: the amount back to the payer, the commission's part of it back to the merchant.

use super::{AccountRef, Owner, Part, PlatformAccount, Posting, Wallet, leg};
use crate::id::{MerchantId, PayerId};
use crate::money::Amount;

/// What goes back with one refund, all in the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    /// To the payer, from the merchant.
    pub amount: Amount,
    /// To the merchant, from the platform and the provider.
    pub commission: Amount,
    /// What of the commission the provider gives back of its share (`decisions.md` row 21), with the provider.
    pub share: Option<(MerchantId, Amount)>,
}

fn funding(owner: Owner, part: Part, amount: Amount) -> Posting {
    Posting { account: AccountRef::Wallet(owner, Wallet::Funding), part, amount }
}

fn negative(amount: Amount) -> Amount {
    Amount::from_minor(-amount.minor(), amount.currency())
}

/// The legs of a refund that reaches the payer at once: the payment's legs in the other direction, in the order's currency
/// whatever the payer paid in (`decisions.md` row 32).
pub fn order_refund(payer: PayerId, merchant: MerchantId, back: GivenBack) -> Vec<Posting> {
    let mut postings = taken(merchant, back);
    postings.push(funding(Owner::Payer(payer), Part::Available, back.amount));
    postings
}

/// The legs of a refund whose payer can get nothing at present: all but the last step, which takes the money out of the
/// merchant's held part.
pub fn order_refund_hold(merchant: MerchantId, back: GivenBack) -> Vec<Posting> {
    let mut postings = taken(merchant, back);
    postings.push(funding(Owner::Merchant(merchant), Part::Frozen, back.amount));
    postings
}

/// The legs of the last step of a refund that was held.
pub fn order_refund_release(payer: PayerId, merchant: MerchantId, amount: Amount) -> [Posting; 2] {
    [
        funding(Owner::Merchant(merchant), Part::Frozen, negative(amount)),
        funding(Owner::Payer(payer), Part::Available, amount),
    ]
}

/// From whom the amount is taken: the merchant pays it less the commission, which the platform and the provider bear.
fn taken(merchant: MerchantId, back: GivenBack) -> Vec<Posting> {
    let currency = back.amount.currency();
    let (amount, commission) = (back.amount.minor(), back.commission.minor());
    let share = back.share.map_or(0, |(_, share)| share.minor());
    assert!(back.amount.is_positive() && (0..=amount).contains(&commission), "a commission is a part of the refund");
    assert!((0..=commission).contains(&share), "a share is a part of the commission");
    let mut postings = vec![
        funding(Owner::Merchant(merchant), Part::Available, Amount::from_minor(commission - amount, currency)),
        leg(AccountRef::Platform(PlatformAccount::Commission), share - commission, currency),
    ];
    if let Some((provider, share)) = back.share {
        postings.push(funding(Owner::Merchant(provider), Part::Available, negative(share)));
    }
    postings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Commission, Given, Transfer, TransferKind, order_payment};
    use super::*;
    use crate::currency::Currency;
    use crate::id::TransferId;
    use crate::time::Timestamp;

    const PAYER: PayerId = PayerId::new(1);
    const MERCHANT: MerchantId = MerchantId::new(2);
    const PROVIDER: MerchantId = MerchantId::new(3);

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    fn transfer(kind: TransferKind, postings: impl IntoIterator<Item = Posting>) -> Transfer {
        Transfer::new(TransferId::new(1), kind, 2, Timestamp::from_ms(3), postings)
    }

    fn sum(transfers: &[&Transfer], account: AccountRef, part: Part) -> i64 {
        let postings = transfers.iter().flat_map(|transfer| transfer.postings());
        postings
            .filter(|posting| posting.account == account && posting.part == part)
            .map(|posting| posting.amount.minor())
            .sum()
    }

    proptest! {
        // Whole and share of the commission in any proportion, at once or by way of a hold.
        #[test]
        fn a_full_refund_undoes_its_payment(amount in 1..=i64::MAX, whole in 0..=i64::MAX, share in 0..=i64::MAX) {
            let whole = whole % amount;
            let share = if whole == 0 { 0 } else { share % whole };
            let share = Some((PROVIDER, usdt(share)));
            let paid = Commission { whole: usdt(whole), share };
            let payment = transfer(TransferKind::OrderPayment, order_payment(PAYER, MERCHANT, (usdt(amount), Given::unconverted(usdt(amount))), paid));
            let back = GivenBack { amount: usdt(amount), commission: usdt(whole), share };
            let refund = transfer(TransferKind::OrderRefund, order_refund(PAYER, MERCHANT, back));
            let hold = transfer(TransferKind::OrderRefundHold, order_refund_hold(MERCHANT, back));
            let release = order_refund_release(PAYER, MERCHANT, usdt(amount));
            let release = transfer(TransferKind::OrderRefund, release);
            let wallets = [Owner::Payer(PAYER), Owner::Merchant(MERCHANT), Owner::Merchant(PROVIDER)];
            let accounts = wallets.map(|owner| AccountRef::Wallet(owner, Wallet::Funding));
            let accounts = accounts.into_iter().chain([AccountRef::Platform(PlatformAccount::Commission)]);
            for account in accounts {
                for part in [Part::Available, Part::Frozen] {
                    prop_assert_eq!(sum(&[&payment, &refund], account, part), 0, "{:?}", account);
                    prop_assert_eq!(sum(&[&payment, &hold, &release], account, part), 0, "{:?}", account);
                }
            }
            let held = AccountRef::Wallet(Owner::Merchant(MERCHANT), Wallet::Funding);
            prop_assert_eq!(sum(&[&hold], held, Part::Frozen), amount);
        }
    }
}
