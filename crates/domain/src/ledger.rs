//! Double entry: every movement of money is a balanced set of postings.
//!
//! Invariants: the postings of a transfer sum to zero per currency, asserted when a [`Transfer`] is built and proved again
//! from the rows by `countersign check`; postings are never changed or deleted; the balance of a wallet is never negative,
//! which the schema guards as well.
//!
//! Sign: a positive posting adds to what the platform owes the account's owner, a negative one takes from it. Platform
//! accounts may go negative: what users hold in total is what the deposits account owes. What an owner owes the platform is
//! kept the other way round, see [`NormalSide`].

mod order_refund;
mod provider_debt;

pub use order_refund::{GivenBack, order_refund, order_refund_hold, order_refund_release};
pub use provider_debt::onto_debt;

mod payment;

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::id::{MerchantId, PayerId, TransferId};
use crate::money::Amount;
use crate::time::Timestamp;
use crate::wallet_transfer::Direction;

pub use payment::{Commission, Given, order_payment};

/// The most postings of one transfer.
pub const POSTINGS_MAX: usize = 64;

/// Who owns a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Owner {
    /// A merchant.
    Merchant(MerchantId),
    /// A payer.
    Payer(PayerId),
}

impl Owner {
    /// Its number. Merchants and payers share one space of numbers.
    pub const fn number(self) -> i64 {
        match self {
            Self::Merchant(id) => id.get(),
            Self::Payer(id) => id.get(),
        }
    }
}

/// The wallets that an owner has (`money.md` §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Wallet {
    /// Where payments arrive and from where they are made.
    Funding,
    /// The trading wallet.
    Spot,
}

/// Accounts of the platform itself. Everybody's postings touch them, so they keep no balance row: theirs is a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlatformAccount {
    /// What came in from outside less what went out; the mirror of custody, with the sign turned.
    Deposits,
    /// Commission earned.
    Commission,
    /// Remainders of rounding.
    Rounding,
    /// The other side of everything that is converted: it takes in one currency and gives out another.
    Conversion,
}

impl PlatformAccount {
    /// Every platform account.
    pub const ALL: [Self; 4] = [Self::Deposits, Self::Commission, Self::Rounding, Self::Conversion];
}

/// One side of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountRef {
    /// An owner's wallet.
    Wallet(Owner, Wallet),
    /// What a provider owes the platform: shares of commissions that went back to merchants when the provider did not have
    /// them any more (`decisions.md` row 21).
    ProviderDebt(MerchantId),
    /// An account of the platform.
    Platform(PlatformAccount),
}

/// On which side an account's balance grows. A kept balance is never below nothing, whichever side it counts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormalSide {
    /// It counts what the platform owes the owner: the sum of the postings.
    Credit,
    /// It counts what the owner owes the platform: the sum of the postings with its sign turned.
    Debit,
}

impl NormalSide {
    /// What postings that sum to `minor` make of the balance; `None` where that leaves 64 bits.
    pub const fn balance(self, minor: i64) -> Option<i64> {
        match self {
            Self::Credit => Some(minor),
            Self::Debit => minor.checked_neg(),
        }
    }
}

impl AccountRef {
    /// How the balance that is kept of the account counts; `None` where none is kept.
    pub const fn normal_side(self) -> Option<NormalSide> {
        match self {
            Self::Wallet(..) => Some(NormalSide::Credit),
            Self::ProviderDebt(_) => Some(NormalSide::Debit),
            Self::Platform(_) => None,
        }
    }
}

/// Which part of a balance a posting moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Free to spend.
    Available,
    /// Held for something that is under way.
    Frozen,
}

/// Why money moved. With its reference it is unique: the same cause moves money once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// Money came in from outside; the reference is the transfer's own id, under which the posting is kept.
    Deposit,
    /// Money went out; the reference is as with [`TransferKind::Deposit`].
    Withdrawal,
    /// A payer paid an order; the reference is the order.
    OrderPayment,
    /// A merchant moved money between its own wallets; the reference is the wallet transfer.
    WalletTransfer,
    /// A refund reached the payer; the reference is the refund.
    OrderRefund,
    /// A refund was accepted whose payer can get nothing at present: the merchant's money is held for it; the reference is
    /// the refund.
    OrderRefundHold,
}

/// One leg of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Whose account.
    pub account: AccountRef,
    /// Which part of it.
    pub part: Part,
    /// By how much; negative takes away, never zero.
    pub amount: Amount,
}

/// A balanced set of postings, ready to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    id: TransferId,
    kind: TransferKind,
    reference: i64,
    at: Timestamp,
    postings: Vec<Posting>,
}

impl Transfer {
    /// A transfer of `postings`; legs of zero are left out.
    ///
    /// Panics when the postings do not sum to zero per currency: an unbalanced transfer is a bug in a posting rule, and
    /// booking it would be worse than stopping.
    pub fn new(
        id: TransferId,
        kind: TransferKind,
        reference: i64,
        at: Timestamp,
        postings: impl IntoIterator<Item = Posting>,
    ) -> Self {
        let postings: Vec<Posting> = postings.into_iter().filter(|posting| posting.amount.minor() != 0).collect();
        assert!(!postings.is_empty(), "a transfer moves something");
        assert!(postings.len() <= POSTINGS_MAX, "a transfer has at most {POSTINGS_MAX} postings");
        for (currency, sum) in sums(&postings) {
            assert!(sum == 0, "postings in {currency} sum to {sum}, not to zero");
        }
        Self { id, kind, reference, at, postings }
    }

    /// Its id.
    pub const fn id(&self) -> TransferId {
        self.id
    }

    /// Why money moved.
    pub const fn kind(&self) -> TransferKind {
        self.kind
    }

    /// What caused it.
    pub const fn reference(&self) -> i64 {
        self.reference
    }

    /// When.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Its legs.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

fn sums(postings: &[Posting]) -> Vec<(Currency, i128)> {
    let mut sums: Vec<(Currency, i128)> = Vec::new();
    for posting in postings {
        let minor = i128::from(posting.amount.minor());
        match sums.iter_mut().find(|(currency, _)| *currency == posting.amount.currency()) {
            Some((_, sum)) => *sum += minor,
            None => sums.push((posting.amount.currency(), minor)),
        }
    }
    sums
}

fn leg(account: AccountRef, minor: i64, currency: Currency) -> Posting {
    Posting { account, part: Part::Available, amount: Amount::from_minor(minor, currency) }
}

/// The legs of money that came in from outside into `owner`'s `wallet`.
pub fn deposit(owner: Owner, wallet: Wallet, amount: Amount) -> [Posting; 2] {
    assert!(amount.is_positive(), "a deposit is above zero");
    let currency = amount.currency();
    [
        leg(AccountRef::Platform(PlatformAccount::Deposits), -amount.minor(), currency),
        leg(AccountRef::Wallet(owner, wallet), amount.minor(), currency),
    ]
}

/// The legs of a movement between the two wallets of one owner.
pub fn between_wallets(owner: Owner, direction: Direction, amount: Amount) -> [Posting; 2] {
    assert!(amount.is_positive(), "a movement is above zero");
    let currency = amount.currency();
    [
        leg(AccountRef::Wallet(owner, direction.from()), -amount.minor(), currency),
        leg(AccountRef::Wallet(owner, direction.to()), amount.minor(), currency),
    ]
}

/// The legs of money that went out from `owner`'s `wallet`.
pub fn withdrawal(owner: Owner, wallet: Wallet, amount: Amount) -> [Posting; 2] {
    assert!(amount.is_positive(), "a withdrawal is above zero");
    let currency = amount.currency();
    [
        leg(AccountRef::Wallet(owner, wallet), -amount.minor(), currency),
        leg(AccountRef::Platform(PlatformAccount::Deposits), amount.minor(), currency),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    fn transfer(postings: impl IntoIterator<Item = Posting>) -> Transfer {
        Transfer::new(TransferId::new(1), TransferKind::OrderPayment, 2, Timestamp::from_ms(3), postings)
    }

    #[test]
    #[should_panic(expected = "postings in USDT sum to 1, not to zero")]
    fn an_unbalanced_transfer_cannot_be_built() {
        let account = AccountRef::Platform(PlatformAccount::Rounding);
        transfer([leg(account, 1, Currency::USDT)]);
    }

    #[test]
    #[should_panic(expected = "not to zero")]
    fn currencies_do_not_balance_each_other() {
        let account = AccountRef::Platform(PlatformAccount::Rounding);
        transfer([leg(account, 1, Currency::USDT), leg(account, -1, Currency::BTC)]);
    }

    #[test]
    fn movements_between_wallets_balance_and_go_where_they_say() {
        let owner = Owner::Merchant(MerchantId::new(5));
        for (direction, from, to) in
            [(Direction::ToSpot, Wallet::Funding, Wallet::Spot), (Direction::ToFunding, Wallet::Spot, Wallet::Funding)]
        {
            let built = transfer(between_wallets(owner, direction, usdt(7)));
            let legs: Vec<_> = built.postings().iter().map(|leg| (leg.account, leg.amount.minor())).collect();
            assert_eq!(legs, [(AccountRef::Wallet(owner, from), -7), (AccountRef::Wallet(owner, to), 7)]);
        }
    }

    proptest! {
        #[test]
        fn what_came_in_and_went_out_again_leaves_nothing(minor in 1..=i64::MAX, spot in any::<bool>(), merchant in any::<bool>()) {
            let owner = if merchant { Owner::Merchant(MerchantId::new(5)) } else { Owner::Payer(PayerId::new(5)) };
            let wallet = if spot { Wallet::Spot } else { Wallet::Funding };
            let legs = [deposit(owner, wallet, usdt(minor)), withdrawal(owner, wallet, usdt(minor))];
            for legs in legs {
                prop_assert_eq!(transfer(legs).postings().len(), 2);
            }
            for account in [AccountRef::Wallet(owner, wallet), AccountRef::Platform(PlatformAccount::Deposits)] {
                let moved = legs.iter().flatten().filter(|leg| leg.account == account);
                prop_assert_eq!(moved.map(|leg| i128::from(leg.amount.minor())).sum::<i128>(), 0);
            }
            let credited = legs[0].iter().find(|leg| leg.account == AccountRef::Wallet(owner, wallet));
            prop_assert_eq!(credited.map(|leg| leg.amount), Some(usdt(minor)), "a deposit credits its owner");
        }
    }
}
