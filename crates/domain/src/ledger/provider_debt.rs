//! What a provider owes: a share that goes back and is not there any more, until the next shares make up for it
//! (`decisions.md` row 21).

use super::{AccountRef, Owner, Part, Posting, Wallet};
use crate::id::MerchantId;
use crate::money::Amount;

/// `postings` with `moved` of what they do to the provider's funding wallet done to its debt instead: above zero pays debt
/// off out of what the wallet would get, below zero lends what the wallet would have to give.
///
/// Panics where the wallet does not get or give as much.
pub fn onto_debt(mut postings: Vec<Posting>, provider: MerchantId, moved: Amount) -> Vec<Posting> {
    if moved.minor() == 0 {
        return postings;
    }
    let wallet = AccountRef::Wallet(Owner::Merchant(provider), Wallet::Funding);
    let is_share = |posting: &&mut Posting| {
        posting.account == wallet && posting.part == Part::Available && posting.amount.currency() == moved.currency()
    };
    let share = postings.iter_mut().find(is_share).expect("the provider's wallet gets or gives a share");
    let whole = share.amount.minor();
    let is_part = whole.signum() == moved.minor().signum() && whole.unsigned_abs() >= moved.minor().unsigned_abs();
    assert!(is_part, "what becomes debt, or pays it off, is a part of the share");
    share.amount = share.amount.minus(moved).expect("a part of the share");
    postings.push(Posting { account: AccountRef::ProviderDebt(provider), part: Part::Available, amount: moved });
    postings
}

#[cfg(test)]
mod tests {
    use super::super::{Commission, Given, Transfer, TransferKind, order_payment};
    use super::*;
    use crate::currency::Currency;
    use crate::id::{PayerId, TransferId};
    use crate::time::Timestamp;

    const PROVIDER: MerchantId = MerchantId::new(3);

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    fn payment() -> Vec<Posting> {
        let commission = Commission { whole: usdt(10), share: Some((PROVIDER, usdt(4))) };
        order_payment(PayerId::new(1), MerchantId::new(2), (usdt(100), Given::unconverted(usdt(100))), commission)
    }

    fn moved_on(postings: &[Posting], account: AccountRef) -> i64 {
        postings.iter().filter(|posting| posting.account == account).map(|posting| posting.amount.minor()).sum()
    }

    #[test]
    fn debt_takes_its_part_of_the_share_and_the_transfer_still_balances() {
        let wallet = AccountRef::Wallet(Owner::Merchant(PROVIDER), Wallet::Funding);
        for paid_off in 0..=4 {
            let postings = onto_debt(payment(), PROVIDER, usdt(paid_off));
            assert_eq!(moved_on(&postings, wallet), 4 - paid_off);
            assert_eq!(moved_on(&postings, AccountRef::ProviderDebt(PROVIDER)), paid_off);
            Transfer::new(TransferId::new(1), TransferKind::OrderPayment, 2, Timestamp::from_ms(3), postings);
        }
    }

    #[test]
    #[should_panic(expected = "a part of the share")]
    fn no_more_than_the_share_becomes_debt() {
        onto_debt(payment(), PROVIDER, usdt(5));
    }

    #[test]
    #[should_panic(expected = "a part of the share")]
    fn a_share_that_comes_in_is_not_lent() {
        onto_debt(payment(), PROVIDER, usdt(-1));
    }
}
