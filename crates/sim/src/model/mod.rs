//! The reference: every rule of the founding flow's money in its plainest form.
//!
//! Plain integers of minor units, no database, no concurrency, and on purpose no code of the product: what both say the same
//! of is said twice, by two authors. Each rule cites where it comes from. Orders are priced in one coin and may be paid in
//! another, at the price that was confirmed.

mod books;
mod order;
mod orders;
mod price;
mod refunds;

use std::collections::{BTreeMap, BTreeSet};

use crate::step::{Coin, Holder, Step};
pub use books::{Account, Books};
use order::Order;
use refunds::Refund;

/// A member of an answer's data, by its name; of members within members, by all names with a slash between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// This text.
    Text(&'static str),
    /// A decimal text or number of this many hundred-millionths.
    Amount(i64),
    /// This number.
    Count(u32),
}

/// What a step is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A call: the code, and members that its data has.
    Call(&'static str, Vec<(&'static str, Member)>),
    /// A payment or the confirmation of a price: whether it was made.
    Payment(bool),
    /// Nothing.
    Silence,
}

/// The reference.
#[derive(Debug, Clone)]
pub struct Model {
    /// Who holds what.
    pub books: Books,
    now: i64,
    commission_millionths: i64,
    share_millionths: i64,
    /// What one XRP is worth in USDT.
    price_millionths: i64,
    withdrawn: bool,
    frozen: BTreeSet<bool>,
    orders: BTreeMap<u8, Order>,
    refunds: BTreeMap<u8, Refund>,
    transfers: BTreeMap<u8, (i64, bool)>,
}

/// What one XRP is worth at the beginning, in millionths of a USDT.
pub const PRICE_MILLIONTHS: i64 = 500_000;

impl Default for Model {
    fn default() -> Self {
        Self {
            books: Books::default(),
            now: 0,
            commission_millionths: 0,
            share_millionths: 0,
            price_millionths: PRICE_MILLIONTHS,
            withdrawn: false,
            frozen: BTreeSet::new(),
            orders: BTreeMap::new(),
            refunds: BTreeMap::new(),
            transfers: BTreeMap::new(),
        }
    }
}

/// The merchant's free USDT.
const MERCHANT: Account = Account::Funding(Holder::Merchant, Coin::Usdt);

fn refused(code: &'static str) -> Expected {
    Expected::Call(code, Vec::new())
}

/// `millionths` of `minor`, rounded down.
fn part(minor: i64, millionths: i64) -> i64 {
    narrow(i128::from(minor) * i128::from(millionths) / 1_000_000)
}

/// `of` in the proportion of `some` to `all`, rounded down.
fn pro_rata(of: i64, some: i64, all: i64) -> i64 {
    narrow(i128::from(of) * i128::from(some) / i128::from(all))
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).expect("amounts of a sequence are small")
}

impl Model {
    /// Takes one step and tells how the service must answer it.
    pub fn step(&mut self, step: &Step) -> Expected {
        let expected = match *step {
            Step::Create { number, minor, lifetime_ms, through_token } => {
                self.create(number, (minor, lifetime_ms), through_token)
            }
            Step::Confirm { number, payer, coin } => Expected::Payment(self.confirm(number, payer, coin)),
            Step::PayOffer { number, payer } => Expected::Payment(self.pay_offer(number, payer)),
            Step::Pay { number, payer, coin } => Expected::Payment(self.pay(number, payer, coin)),
            Step::Close { number } => self.close(number),
            Step::Query { number } => self.query(number),
            Step::Refund { number, request, minor } => self.refund(number, request, minor),
            Step::QueryRefund { request } => self.query_refund(request),
            Step::Transfer { request, minor, to_spot } => self.transfer(request, minor, to_spot),
            _ => {
                self.happen(step);
                Expected::Silence
            }
        };
        assert!(self.books.is_balanced(), "{step:?} left the model's own books unbalanced: {:?}", self.books);
        expected
    }

    /// What nobody asked the merchant API for.
    fn happen(&mut self, step: &Step) {
        match *step {
            Step::Deposit { to, coin, minor } => {
                self.books.add(Account::Funding(to, coin), minor);
                self.books.add(Account::Deposits(coin), -minor);
            }
            Step::SetPrice { millionths } => self.price_millionths = millionths,
            Step::SetFrozen { payer, frozen: true } => drop(self.frozen.insert(payer)),
            Step::SetFrozen { payer, frozen: false } => drop(self.frozen.remove(&payer)),
            Step::SetCommission { millionths } => self.commission_millionths = millionths,
            Step::SetFeeShare { millionths } => self.share_millionths = millionths,
            Step::Drain => {
                let funding = Account::Funding(Holder::Provider, Coin::Usdt);
                let all = self.books.get(funding);
                self.books.add(funding, -all);
                self.books.add(Account::Spot(Holder::Provider, Coin::Usdt), all);
            }
            Step::Withdraw => self.withdrawn = true,
            Step::Advance { ms } => self.now += ms,
            // Whether a job has recorded an expiry changes no answer.
            Step::RunJobs => self.release(),
            _ => unreachable!("{step:?} is answered"),
        }
    }

    fn transfer(&mut self, request: u8, minor: i64, to_spot: bool) -> Expected {
        let members = vec![("status", Member::Text("SUCCESS")), ("amount", Member::Amount(minor))];
        if let Some(first) = self.transfers.get(&request) {
            let same = *first == (minor, to_spot);
            return if same { Expected::Call("000001", members) } else { refused("400001") };
        }
        let spot = Account::Spot(Holder::Merchant, Coin::Usdt);
        let (from, to) = if to_spot { (MERCHANT, spot) } else { (spot, MERCHANT) };
        if self.books.get(from) < minor {
            return refused("400611"); // row 35
        }
        self.books.add(from, -minor);
        self.books.add(to, minor);
        self.transfers.insert(request, (minor, to_spot));
        Expected::Call("000000", members)
    }
}
