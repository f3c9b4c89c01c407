//! The operator's trial balance.

use axum::extract::State;
use countersign_domain::ledger::PlatformAccount;
use countersign_domain::money::Total;
use countersign_service::operator::{self, CurrencyBalance, ReadError};

use super::Answer;
use super::helpers::ok;
use crate::failure::Failure;
use crate::pages::{ErrorKind, TrialBalanceCurrency, TrialBalanceLine, TrialBalancePage};
use crate::session::OperatorMember;
use crate::state::WebState;
use crate::view::{Moment, Money, Place, StatusPill, Tone};

/// What people call an account of the platform.
const fn platform_account(account: PlatformAccount) -> &'static str {
    match account {
        PlatformAccount::Deposits => "Custody: what came in less what went out, owed to its owners",
        PlatformAccount::Commission => "Commission earned",
        PlatformAccount::Rounding => "Remainders of rounding",
        PlatformAccount::Conversion => "The other side of conversions",
    }
}

fn money(total: Total) -> Money {
    Money::new(&total.to_string(), total.currency().code())
}

fn currency(balance: &CurrencyBalance) -> TrialBalanceCurrency {
    let line = |account: &str, total| TrialBalanceLine { account: account.to_owned(), amount: money(total) };
    let mut lines: Vec<_> =
        balance.platform.iter().map(|(account, total)| line(platform_account(*account), *total)).collect();
    for (owners, parts) in [("Merchants", balance.merchants), ("Payers", balance.payers)] {
        lines.push(line(&format!("{owners}, available"), parts.available));
        lines.push(line(&format!("{owners}, held"), parts.frozen));
    }
    lines.push(line("Owed by providers", balance.provider_debts));
    let total = balance.total();
    let status = match total.minor() {
        0 => StatusPill::new("Balanced", Tone::Good),
        _ => StatusPill::new("Out of balance", Tone::Bad),
    };
    TrialBalanceCurrency {
        code: balance.currency.code().to_owned(),
        name: balance.currency.name().to_owned(),
        lines,
        total: money(total),
        status,
    }
}

/// The page.
pub(crate) async fn show(State(state): State<WebState>, member: OperatorMember) -> Answer {
    let (caller, now) = (member.caller(), state.platform().business_now());
    let read = state.platform().read("trial_balance", move |tx, _| operator::trial_balance(tx, caller));
    let found = read.await.map_err(|error| match error {
        ReadError::Store(error) => error.into(),
        ReadError::Denied(_) => Failure::page(ErrorKind::NotAllowed),
        error @ ReadError::UnknownAccount => Failure::internal(error),
    })?;
    ok(&TrialBalancePage {
        chrome: member.chrome(Place::TrialBalance),
        at: Moment::at(now.ms(), now.ms()),
        currencies: found.0.iter().map(currency).collect(),
    })
}
