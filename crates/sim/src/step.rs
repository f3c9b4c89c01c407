//! What can happen, and random sequences of it.

use proptest::collection::vec;
use proptest::prelude::*;

/// One unit of a currency with eight decimals.
pub(crate) const UNIT: i64 = 100_000_000;

/// The numbers that orders and transfers are given: few, so that they repeat and what is asked of them finds something.
const NUMBERS: u8 = 4;
/// The numbers of refunds: an order takes ten.
const REQUESTS: u8 = 3 * NUMBERS;
/// The most steps of a sequence after its beginning.
const STEPS_MAX: usize = 60;
/// What payers begin with, in minor units of each coin: enough for some orders.
const PURSE: i64 = 4 * UNIT;

/// What is held in a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coin {
    /// In which every order is priced: eight decimals.
    Usdt,
    /// In which payers may pay as well: six decimals, at a price that changes.
    Xrp,
}

/// Who holds money in a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The merchant whose orders are paid.
    Merchant,
    /// The provider that acts for it.
    Provider,
    /// One of the two payers.
    Payer(bool),
}

/// One thing that happens. Orders, refunds and transfers are named by small numbers; what was not created yet is unknown
/// to the service, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The merchant, or the provider with its token, creates the order with this number.
    Create {
        /// The merchant's number for it.
        number: u8,
        /// What is to be paid, in minor units.
        minor: i64,
        /// How long it can be paid; an hour where nothing is said.
        lifetime_ms: Option<i64>,
        /// Whether the provider makes the call.
        through_token: bool,
    },
    /// A payer confirms the price of now.
    Confirm {
        /// Which order.
        number: u8,
        /// Which payer.
        payer: bool,
        /// In which coin.
        coin: Coin,
    },
    /// A payer pays the order at the price that it confirmed last.
    PayOffer {
        /// Which order.
        number: u8,
        /// Which payer.
        payer: bool,
    },
    /// A payer confirms the price of now and pays it in one go.
    Pay {
        /// Which order.
        number: u8,
        /// Which payer.
        payer: bool,
        /// In which coin.
        coin: Coin,
    },
    /// The merchant closes the order.
    Close {
        /// Which order.
        number: u8,
    },
    /// The merchant looks the order up.
    Query {
        /// Which order.
        number: u8,
    },
    /// The merchant refunds the order.
    Refund {
        /// Which order.
        number: u8,
        /// The merchant's number for the refund.
        request: u8,
        /// How much, in minor units.
        minor: i64,
    },
    /// The merchant looks a refund up.
    QueryRefund {
        /// The merchant's number for it.
        request: u8,
    },
    /// The merchant moves money between its wallets.
    Transfer {
        /// The merchant's number for the transfer.
        request: u8,
        /// How much, in minor units.
        minor: i64,
        /// Into the spot wallet, else out of it.
        to_spot: bool,
    },
    /// Money comes in from outside.
    Deposit {
        /// To whom.
        to: Holder,
        /// In which coin.
        coin: Coin,
        /// How much, in minor units.
        minor: i64,
    },
    /// What one XRP is worth changes; what was confirmed does not.
    SetPrice {
        /// In millionths of a USDT.
        millionths: i64,
    },
    /// The operator freezes a payer, or lets it go.
    SetFrozen {
        /// Which payer.
        payer: bool,
        /// Which of the two.
        frozen: bool,
    },
    /// The operator sets what the platform takes of payments to the merchant.
    SetCommission {
        /// In millionths.
        millionths: i64,
    },
    /// The operator sets the provider's part of the commission.
    SetFeeShare {
        /// In millionths.
        millionths: i64,
    },
    /// The provider moves all that is free in its funding wallet away, so that what it must give back later it has not got.
    Drain,
    /// The merchant withdraws the provider's authority, for good.
    Withdraw,
    /// Time passes.
    Advance {
        /// By so much.
        ms: i64,
    },
    /// The jobs record what fell due, and bring what was held for payers who are free again.
    RunJobs,
}

/// Amounts at the edges and in between: the smallest, thirds that do not divide, and more than anybody has.
fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        2 => Just(1),
        3 => Just(UNIT / 3),
        4 => Just(UNIT),
        3 => 1..=3 * UNIT,
        1 => Just(1_000_000 * UNIT),
    ]
}

fn rates() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(7_777), Just(333_333), Just(1_000_000), 0..=1_000_000_i64]
}

/// Prices that divide, and prices that never do.
fn prices() -> impl Strategy<Value = i64> {
    prop_oneof![Just(500_000), Just(333_333), Just(7_000_000), 10_000..=1_000_000_000_i64]
}

fn coins() -> impl Strategy<Value = Coin> {
    prop_oneof![3 => Just(Coin::Usdt), 2 => Just(Coin::Xrp)]
}

fn holders() -> impl Strategy<Value = Holder> {
    prop_oneof![Just(Holder::Merchant), Just(Holder::Provider), any::<bool>().prop_map(Holder::Payer)]
}

fn lifetimes() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![3 => Just(None), 1 => (1..=7_200_000_i64).prop_map(Some)]
}

/// What payers do with orders.
fn payments() -> impl Strategy<Value = Step> {
    let number = 0..NUMBERS;
    prop_oneof![
        2 => (number.clone(), any::<bool>(), coins())
            .prop_map(|(number, payer, coin)| Step::Confirm { number, payer, coin }),
        2 => (number.clone(), any::<bool>()).prop_map(|(number, payer)| Step::PayOffer { number, payer }),
        3 => (number, any::<bool>(), coins()).prop_map(|(number, payer, coin)| Step::Pay { number, payer, coin }),
    ]
}

/// What the merchant calls for.
fn calls() -> impl Strategy<Value = Step> {
    let number = 0..NUMBERS;
    prop_oneof![
        8 => (number.clone(), amounts(), lifetimes(), any::<bool>()).prop_map(
            |(number, minor, lifetime_ms, through_token)| Step::Create { number, minor, lifetime_ms, through_token }
        ),
        1 => number.clone().prop_map(|number| Step::Close { number }),
        4 => number.clone().prop_map(|number| Step::Query { number }),
        12 => (number.clone(), 0..REQUESTS, amounts())
            .prop_map(|(number, request, minor)| Step::Refund { number, request, minor }),
        2 => (0..REQUESTS).prop_map(|request| Step::QueryRefund { request }),
        3 => (number, amounts(), any::<bool>())
            .prop_map(|(request, minor, to_spot)| Step::Transfer { request, minor, to_spot }),
    ]
}

/// What happens around them.
fn happenings() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (holders(), coins(), amounts()).prop_map(|(to, coin, minor)| Step::Deposit { to, coin, minor }),
        2 => prices().prop_map(|millionths| Step::SetPrice { millionths }),
        4 => (any::<bool>(), any::<bool>()).prop_map(|(payer, frozen)| Step::SetFrozen { payer, frozen }),
        1 => rates().prop_map(|millionths| Step::SetCommission { millionths }),
        1 => rates().prop_map(|millionths| Step::SetFeeShare { millionths }),
        2 => Just(Step::Drain),
        1 => Just(Step::Withdraw),
        2 => prop_oneof![4 => 1..=50_000_i64, 1 => Just(60_000), 1 => 1..=4_000_000_i64]
            .prop_map(|ms| Step::Advance { ms }),
        3 => Just(Step::RunJobs),
    ]
}

/// How a sequence begins: with terms, payers who hold something of both coins, and an order of the provider's and one of the
/// merchant's, both paid. Most of what can go wrong comes after a payment.
fn beginnings() -> impl Strategy<Value = Vec<Step>> {
    let order = || (amounts(), any::<bool>(), coins());
    (rates(), rates(), order(), order()).prop_map(|(commission, share, first, second)| {
        let mut steps = vec![Step::SetCommission { millionths: commission }, Step::SetFeeShare { millionths: share }];
        for payer in [false, true] {
            for coin in [Coin::Usdt, Coin::Xrp] {
                steps.push(Step::Deposit { to: Holder::Payer(payer), coin, minor: PURSE });
            }
        }
        for (number, (minor, payer, coin)) in [(0, first), (1, second)] {
            steps.push(Step::Create { number, minor, lifetime_ms: None, through_token: number == 0 });
            steps.push(Step::Pay { number, payer, coin });
        }
        steps
    })
}

/// Random sequences.
pub fn sequences() -> impl Strategy<Value = Vec<Step>> {
    let steps = prop_oneof![2 => payments(), 3 => calls(), 2 => happenings()];
    (beginnings(), vec(steps, 1..=STEPS_MAX)).prop_map(|(beginning, steps)| [beginning, steps].concat())
}
