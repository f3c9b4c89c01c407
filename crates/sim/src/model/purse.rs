//! Who holds what.

use std::collections::BTreeMap;

use crate::step::Holder;

/// What one holder has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purse {
    /// In the funding wallet.
    pub funding: i64,
    /// In the spot wallet.
    pub spot: i64,
}

/// What everybody has, and what the provider owes.
#[derive(Debug, Clone, Default)]
pub struct Purses {
    all: BTreeMap<Holder, Purse>,
    debt: i64,
}

impl Purses {
    /// Every holder.
    pub const HOLDERS: [Holder; 4] = [Holder::Merchant, Holder::Provider, Holder::Payer(false), Holder::Payer(true)];

    /// What a holder has.
    pub fn get(&self, holder: Holder) -> Purse {
        self.all.get(&holder).copied().unwrap_or_default()
    }

    pub(super) fn of(&mut self, holder: Holder) -> &mut Purse {
        self.all.entry(holder).or_default()
    }

    /// The provider's part of a commission; what it owes comes off first (decisions.md row 21).
    pub(super) fn earn_share(&mut self, share: i64) {
        let netted = share.min(self.debt);
        self.debt -= netted;
        self.of(Holder::Provider).funding += share - netted;
    }

    /// The provider gives a part of its share back; what it has not got it owes from now on (decisions.md row 21).
    pub(super) fn return_share(&mut self, share: i64) {
        let purse = self.of(Holder::Provider);
        let taken = share.min(purse.funding);
        purse.funding -= taken;
        self.debt += share - taken;
    }
}
