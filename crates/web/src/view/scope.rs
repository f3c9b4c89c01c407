//! The ten permissions a provider can ask for, in words a shop owner understands.
//!
//! The codes and the calls behind them are those of `spec/partner.md` §4.2 and row 15 of `spec/decisions.md`. These sentences are a
//! promise to the merchant who signs: a change of what a scope opens must change its sentence.

/// How much a scope puts at stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Reads only.
    Looks,
    /// Acts, but money stays inside the account or comes in.
    Acts,
    /// Can make money leave the account.
    MovesMoney,
}

impl Weight {
    /// The CSS class suffix.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Acts => "acts",
            Self::MovesMoney => "moves",
        }
    }

    /// What the mark beside the scope says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Looks => "Looks only",
            Self::Acts => "Acts for you",
            Self::MovesMoney => "Moves money out",
        }
    }

    /// Whether the scope deserves a second look.
    pub const fn is_powerful(self) -> bool {
        matches!(self, Self::MovesMoney)
    }
}

/// A scope in plain words, addressed to the merchant who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeText {
    /// The wire's word.
    pub code: &'static str,
    /// Two or three words.
    pub title: &'static str,
    /// What the provider can do with it, beginning with "They can".
    pub allows: &'static str,
    /// What it does not let them do, beginning with "They cannot".
    pub withholds: &'static str,
    /// The same for the provider who asks: one sentence.
    pub short: &'static str,
    /// How much is at stake.
    pub weight: Weight,
}

/// Every scope, in the order pages show them.
pub const SCOPES: [ScopeText; 10] = [
    ScopeText {
        code: "CHECKOUT",
        title: "Take payments",
        allows: "They can create, look up and close orders. What your customers pay settles into your account.",
        withholds: "They cannot redirect the money, give refunds or send anything out of your wallets.",
        short: "Create, query and close orders that settle into the merchant's account.",
        weight: Weight::Acts,
    },
    ScopeText {
        code: "REFUND",
        title: "Give refunds",
        allows: "They can return paid orders in full or in part. The money leaves your funding wallet and goes back to the \
                 customer who paid.",
        withholds: "They cannot send it to anyone else, nor more than the customer paid.",
        short: "Return paid orders to the payer, in full or in part.",
        weight: Weight::MovesMoney,
    },
    ScopeText {
        code: "PAYOUT",
        title: "Send payouts",
        allows: "They can send money out of your funding wallet to any recipient they choose, up to your whole balance.",
        withholds: "They cannot touch your spot wallet or overdraw the funding wallet.",
        short: "Send money from the merchant's funding wallet to recipients.",
        weight: Weight::MovesMoney,
    },
    ScopeText {
        code: "BALANCE",
        title: "See balances",
        allows: "They can see how much you hold in each wallet and currency.",
        withholds: "They cannot move any of it.",
        short: "Read wallet balances.",
        weight: Weight::Looks,
    },
    ScopeText {
        code: "REPORT",
        title: "Download reports",
        allows: "They can download your transaction, settlement and balance reports.",
        withholds: "They cannot change anything.",
        short: "Download transaction and balance reports.",
        weight: Weight::Looks,
    },
    ScopeText {
        code: "CONVERT",
        title: "Convert currencies",
        allows: "They can exchange one currency you hold for another at the quoted rate.",
        withholds: "They cannot send the proceeds anywhere: they stay in your wallet.",
        short: "Exchange currencies inside the merchant's wallets.",
        weight: Weight::Acts,
    },
    ScopeText {
        code: "INTERNAL_TRANSFER",
        title: "Move between your wallets",
        allows: "They can move money between your own funding and spot wallets.",
        withholds: "They cannot send it to an account that is not yours.",
        short: "Move money between the merchant's own wallets.",
        weight: Weight::Acts,
    },
    ScopeText {
        code: "DIRECT_DEBIT",
        title: "Collect by direct debit",
        allows: "They can set up direct-debit contracts with your customers and collect payments under them into your account.",
        withholds: "They cannot collect without a contract that the customer signed.",
        short: "Set up direct-debit contracts and collect under them for the merchant.",
        weight: Weight::Acts,
    },
    ScopeText {
        code: "PROFIT_SHARING",
        title: "Split payments",
        allows: "They can register other accounts as receivers and send parts of your paid orders on to them.",
        withholds: "They cannot split more than the order brought in.",
        short: "Register receivers and send parts of paid orders on to them.",
        weight: Weight::MovesMoney,
    },
    ScopeText {
        code: "SUB_MERCHANT",
        title: "Manage sub-merchants",
        allows: "They can add sub-merchants below your account and change their details.",
        withholds: "They cannot move money with it.",
        short: "Add and change sub-merchants of the merchant.",
        weight: Weight::Acts,
    },
];

/// The words for a scope's code.
pub fn scope_text(code: &str) -> Option<&'static ScopeText> {
    SCOPES.iter().find(|scope| scope.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_says_what_it_gives_and_what_it_withholds() {
        for scope in &SCOPES {
            assert!(scope.allows.starts_with("They can "), "{}", scope.code);
            assert!(scope.withholds.starts_with("They cannot "), "{}", scope.code);
            assert_eq!(scope_text(scope.code), Some(scope));
        }
        assert_eq!(scope_text("EVERYTHING"), None);
    }

    #[test]
    fn what_lets_money_leave_is_marked_as_powerful() {
        let powerful: Vec<_> =
            SCOPES.iter().filter(|scope| scope.weight.is_powerful()).map(|scope| scope.code).collect();
        assert_eq!(powerful, ["REFUND", "PAYOUT", "PROFIT_SHARING"]);
    }
}
