//! The reference: every rule of the founding flow's money in its plainest form.
//!
//! One currency, plain integers of minor units, no database, no concurrency, and on purpose no code of the product: what
//! both say the same of is said twice, by two authors. Each rule cites where it comes from.

mod order;
mod purse;

use std::collections::BTreeMap;

use crate::step::{Holder, Step};
use order::{Order, State};
pub use purse::{Purse, Purses};

/// A member of an answer's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// This text.
    Text(&'static str),
    /// A decimal text or number of this many minor units.
    Amount(i64),
    /// This number.
    Count(u32),
}

/// What a step is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A call: the code, and members that its data has.
    Call(&'static str, Vec<(&'static str, Member)>),
    /// A payment: whether it was made.
    Payment(bool),
    /// Nothing.
    Silence,
}

/// A refund as it was answered.
#[derive(Debug, Clone)]
struct Refund {
    number: u8,
    asked: i64,
    members: Vec<(&'static str, Member)>,
}

/// The reference.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Who holds what.
    pub purses: Purses,
    now: i64,
    commission_millionths: i64,
    share_millionths: i64,
    withdrawn: bool,
    orders: BTreeMap<u8, Order>,
    refunds: BTreeMap<u8, Refund>,
    transfers: BTreeMap<u8, (i64, bool)>,
}

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
    i64::try_from(wide).expect("a part of a 64-bit number is one")
}

impl Model {
    /// Takes one step and tells how the service must answer it.
    pub fn step(&mut self, step: &Step) -> Expected {
        match *step {
            Step::Create { number, minor, lifetime_ms, through_token } => {
                self.create(number, (minor, lifetime_ms), through_token)
            }
            Step::Pay { number, payer } => Expected::Payment(self.pay(number, Holder::Payer(payer))),
            Step::Close { number } => self.close(number),
            Step::Query { number } => self.query(number),
            Step::Refund { number, request, minor } => self.refund(number, request, minor),
            Step::QueryRefund { request } => self.query_refund(request),
            Step::Transfer { request, minor, to_spot } => self.transfer(request, minor, to_spot),
            Step::Deposit { to, minor } => {
                self.purses.of(to).funding += minor;
                Expected::Silence
            }
            Step::SetCommission { millionths } => {
                self.commission_millionths = millionths;
                Expected::Silence
            }
            Step::SetFeeShare { millionths } => {
                self.share_millionths = millionths;
                Expected::Silence
            }
            Step::Withdraw => {
                self.withdrawn = true;
                Expected::Silence
            }
            Step::Advance { ms } => {
                self.now += ms;
                Expected::Silence
            }
            // Whether a job has recorded an expiry changes no answer.
            Step::RunJobs => Expected::Silence,
        }
    }

    fn create(&mut self, number: u8, (minor, lifetime_ms): (i64, Option<i64>), through_token: bool) -> Expected {
        if through_token && self.withdrawn {
            return refused("400203"); // decisions.md row 12
        }
        if self.orders.contains_key(&number) {
            return refused("400201"); // row 27
        }
        let expires_at = self.now + lifetime_ms.unwrap_or(3_600_000); // row 29
        self.orders.insert(number, Order { minor, expires_at, through_token, state: State::Open });
        Expected::Call("000000", Vec::new())
    }

    fn pay(&mut self, number: u8, payer: Holder) -> bool {
        let now = self.now;
        let Some(order) = self.orders.get_mut(&number) else { return false };
        let purse = self.purses.of(payer);
        if !order.is_open(now) || purse.funding < order.minor {
            return false;
        }
        purse.funding -= order.minor;
        let commission = part(order.minor, self.commission_millionths);
        let share = if order.through_token { part(commission, self.share_millionths) } else { 0 }; // row 21
        self.purses.of(Holder::Merchant).funding += order.minor - commission;
        self.purses.earn_share(share);
        order.state = State::Paid(order::Paid::new(payer, commission, share));
        true
    }

    fn close(&mut self, number: u8) -> Expected {
        let now = self.now;
        match self.orders.get_mut(&number) {
            None => refused("400202"),
            Some(order) if order.is_open(now) => {
                order.state = State::Closed;
                Expected::Call("000000", Vec::new())
            }
            Some(_) => refused("400204"), // row 31
        }
    }

    fn query(&self, number: u8) -> Expected {
        let Some(order) = self.orders.get(&number) else { return refused("400202") };
        let mut members =
            vec![("status", Member::Text(order.status(self.now))), ("orderAmount", Member::Amount(order.minor))];
        if let State::Paid(paid) = &order.state {
            members.push(("commission", Member::Amount(paid.commission)));
        }
        Expected::Call("000000", members)
    }

    /// Row 32.
    fn refund(&mut self, number: u8, request: u8, asked: i64) -> Expected {
        if let Some(first) = self.refunds.get(&request) {
            if (first.number, first.asked) != (number, asked) {
                return refused("400001");
            }
            let mut members = first.members.clone();
            members.push(("duplicateRequest", Member::Text("Y")));
            return Expected::Call("000000", members);
        }
        let Some(order) = self.orders.get_mut(&number) else { return refused("400301") };
        let minor = order.minor;
        let State::Paid(paid) = &mut order.state else { return refused("400204") };
        if paid.accepted == order::ATTEMPTS {
            return refused("400302");
        }
        let left = minor - paid.refunded;
        let amount = if paid.accepted + 1 == order::ATTEMPTS { left } else { asked };
        if amount > left || amount == 0 {
            return refused("400303");
        }
        let refunded = paid.refunded + amount;
        let commission_back = pro_rata(paid.commission, refunded, minor);
        let share_back = pro_rata(paid.share, refunded, minor);
        let (commission, share) = (commission_back - paid.commission_back, share_back - paid.share_back);
        let purse = self.purses.of(Holder::Merchant);
        if purse.funding + commission < amount {
            return refused("400304");
        }
        purse.funding -= amount - commission;
        self.purses.return_share(share);
        let payer = paid.payer;
        (paid.refunded, paid.commission_back, paid.share_back) = (refunded, commission_back, share_back);
        paid.accepted += 1;
        let members = vec![
            ("orderAmount", Member::Amount(minor)),
            ("refundedAmount", Member::Amount(refunded)),
            ("refundAmount", Member::Amount(amount)),
            ("refundedCommission", Member::Amount(commission_back)),
            ("refundCommission", Member::Amount(commission)),
            ("remainingAttempts", Member::Count(order::ATTEMPTS - paid.accepted)),
        ];
        self.purses.of(payer).funding += amount;
        self.refunds.insert(request, Refund { number, asked, members: members.clone() });
        let fresh = members.into_iter().chain([("duplicateRequest", Member::Text("N"))]);
        Expected::Call("000000", fresh.collect())
    }

    fn query_refund(&self, request: u8) -> Expected {
        let Some(refund) = self.refunds.get(&request) else { return refused("400202") };
        let mut members = refund.members.clone();
        members.push(("refundStatus", Member::Text("REFUND_SUCCESS")));
        Expected::Call("000000", members)
    }

    fn transfer(&mut self, request: u8, minor: i64, to_spot: bool) -> Expected {
        let members = vec![("status", Member::Text("SUCCESS")), ("amount", Member::Amount(minor))];
        if let Some(first) = self.transfers.get(&request) {
            let same = *first == (minor, to_spot);
            return if same { Expected::Call("000001", members) } else { refused("400001") };
        }
        let purse = self.purses.of(Holder::Merchant);
        let (from, to) =
            if to_spot { (&mut purse.funding, &mut purse.spot) } else { (&mut purse.spot, &mut purse.funding) };
        if *from < minor {
            return refused("400611"); // row 35
        }
        *from -= minor;
        *to += minor;
        self.transfers.insert(request, (minor, to_spot));
        Expected::Call("000000", members)
    }
}
