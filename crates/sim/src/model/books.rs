//! Who holds what: one number per account, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::step::{Coin, Holder};

/// Where money can be in a sequence, in minor units of its coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// Free in a funding wallet.
    Funding(Holder, Coin),
    /// Free in a spot wallet.
    Spot(Holder, Coin),
    /// Held in a funding wallet.
    Held(Holder, Coin),
    /// Held in a spot wallet, where nothing ever is.
    HeldInSpot(Holder, Coin),
    /// What the provider owes, counted above zero.
    Debt(Coin),
    /// What came in from outside, counted below zero.
    Deposits(Coin),
    /// Commission earned.
    Commission(Coin),
    /// Remainders of rounding.
    Rounding(Coin),
    /// The other side of what is converted.
    Conversion(Coin),
}

/// What every account comes to; those that come to nothing are not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books(BTreeMap<Account, i128>);

impl Books {
    /// What an account comes to.
    pub fn get(&self, account: Account) -> i64 {
        let minor = self.0.get(&account).copied().unwrap_or_default();
        i64::try_from(minor).expect("amounts of a sequence are small")
    }

    /// Adds to an account, or takes from it.
    pub fn add(&mut self, account: Account, minor: i64) {
        self.add_wide(account, i128::from(minor));
    }

    /// The same for sums over many accounts.
    pub fn add_wide(&mut self, account: Account, minor: i128) {
        let sum = self.0.entry(account).or_default();
        *sum += minor;
        if *sum == 0 {
            self.0.remove(&account);
        }
    }

    /// Whether everything in each coin together is nothing.
    pub(super) fn is_balanced(&self) -> bool {
        let mut sums = BTreeMap::<Coin, i128>::new();
        for (account, minor) in &self.0 {
            let (coin, minor) = match *account {
                Account::Debt(coin) => (coin, -minor),
                Account::Funding(_, coin)
                | Account::Spot(_, coin)
                | Account::Held(_, coin)
                | Account::HeldInSpot(_, coin)
                | Account::Deposits(coin)
                | Account::Commission(coin)
                | Account::Rounding(coin)
                | Account::Conversion(coin) => (coin, *minor),
            };
            *sums.entry(coin).or_default() += minor;
        }
        sums.values().all(|sum| *sum == 0)
    }

    /// The provider's part of a commission; what it owes comes off first (decisions.md row 21).
    pub(super) fn earn_share(&mut self, share: i64) {
        let netted = share.min(self.get(Account::Debt(Coin::Usdt)));
        self.add(Account::Debt(Coin::Usdt), -netted);
        self.add(Account::Funding(Holder::Provider, Coin::Usdt), share - netted);
    }

    /// The provider gives a part of its share back; what it has not got it owes from now on (decisions.md row 21).
    pub(super) fn return_share(&mut self, share: i64) {
        let taken = share.min(self.get(Account::Funding(Holder::Provider, Coin::Usdt)));
        self.add(Account::Funding(Holder::Provider, Coin::Usdt), -taken);
        self.add(Account::Debt(Coin::Usdt), share - taken);
    }

    /// The accounts in which the service's books differ from the model's `expected` ones, in words.
    pub fn differences(&self, expected: &Self) -> Vec<String> {
        let all: BTreeSet<Account> = self.0.keys().chain(expected.0.keys()).copied().collect();
        let of = |books: &Self, account: &Account| books.0.get(account).copied().unwrap_or_default();
        let differing = all.iter().filter(|account| of(self, account) != of(expected, account));
        let told = differing.map(|account| {
            format!("{account:?} comes to {}, the model says {}", of(self, account), of(expected, account))
        });
        told.collect()
    }
}
