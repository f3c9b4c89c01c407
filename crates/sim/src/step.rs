//! What can happen, and random sequences of it.

use proptest::collection::vec;
use proptest::prelude::*;

/// One unit of a currency with eight decimals.
pub(crate) const UNIT: i64 = 100_000_000;

/// The numbers that orders, refunds and transfers are given: few, so that they repeat.
const NUMBERS: u8 = 8;
/// The most steps of a sequence.
const STEPS_MAX: usize = 60;

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
    /// A payer pays the order.
    Pay {
        /// Which order.
        number: u8,
        /// Which payer.
        payer: bool,
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
        /// How much, in minor units.
        minor: i64,
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
    /// The merchant withdraws the provider's authority, for good.
    Withdraw,
    /// Time passes.
    Advance {
        /// By so much.
        ms: i64,
    },
    /// The jobs record what fell due.
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

fn holders() -> impl Strategy<Value = Holder> {
    prop_oneof![Just(Holder::Merchant), Just(Holder::Provider), any::<bool>().prop_map(Holder::Payer)]
}

fn lifetimes() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![3 => Just(None), 1 => (1..=7_200_000_i64).prop_map(Some)]
}

fn steps() -> impl Strategy<Value = Step> {
    let number = 0..NUMBERS;
    prop_oneof![
        6 => (number.clone(), amounts(), lifetimes(), any::<bool>()).prop_map(
            |(number, minor, lifetime_ms, through_token)| Step::Create { number, minor, lifetime_ms, through_token }
        ),
        8 => (number.clone(), any::<bool>()).prop_map(|(number, payer)| Step::Pay { number, payer }),
        2 => number.clone().prop_map(|number| Step::Close { number }),
        2 => number.clone().prop_map(|number| Step::Query { number }),
        8 => (number.clone(), 0..3 * NUMBERS, amounts())
            .prop_map(|(number, request, minor)| Step::Refund { number, request, minor }),
        1 => (0..3 * NUMBERS).prop_map(|request| Step::QueryRefund { request }),
        3 => (number, amounts(), any::<bool>())
            .prop_map(|(request, minor, to_spot)| Step::Transfer { request, minor, to_spot }),
        3 => (holders(), amounts()).prop_map(|(to, minor)| Step::Deposit { to, minor }),
        1 => rates().prop_map(|millionths| Step::SetCommission { millionths }),
        1 => rates().prop_map(|millionths| Step::SetFeeShare { millionths }),
        1 => Just(Step::Withdraw),
        1 => prop_oneof![Just(1_000), Just(3_600_000), 1..=4_000_000_i64].prop_map(|ms| Step::Advance { ms }),
        1 => Just(Step::RunJobs),
    ]
}

/// Random sequences.
pub fn sequences() -> impl Strategy<Value = Vec<Step>> {
    vec(steps(), 1..=STEPS_MAX)
}
