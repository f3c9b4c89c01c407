//! Commands of the operator's daily work: admin keys, postings, the trial balance, frozen accounts.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::{AccountArg, AccountCommand, AdminKeyCommand, LedgerCommand, PostArgs, PostingKindArg, WalletArg};
use crate::config::Environment;
use crate::failure::Failure;

use super::admin_call::{call, text};
use super::print;

pub(crate) fn admin_key(command: AdminKeyCommand, environment: &Environment) -> Result<(), Failure> {
    match command {
        AdminKeyCommand::Create { config, name, capabilities, addresses, limits } => {
            let body = json!({ "name": name, "capabilities": capabilities, "addresses": addresses, "limits": limits });
            let answer = call(&config, environment, "/v1/admin-keys", body)?;
            print(&text(&[
                ("Id", &answer["id"]),
                ("Admin key", &answer["adminKey"]),
                ("Admin secret (shown this once)", &answer["adminSecret"]),
            ]))
        }
        AdminKeyCommand::List { config } => {
            let answer = call(&config, environment, "/v1/admin-keys/list", json!({}))?;
            print(&each(&answer["adminKeys"]).iter().map(key_lines).collect::<String>())
        }
        AdminKeyCommand::Revoke { config, id } => {
            call(&config, environment, "/v1/admin-keys/revoke", json!({ "id": id.to_string() }))?;
            print("The key is revoked.\n")
        }
    }
}

fn key_lines(key: &Value) -> String {
    let or = |list: &Value, nothing: &str| match joined(list) {
        text if text.is_empty() => Value::from(nothing),
        text => Value::from(text),
    };
    text(&[
        ("Id", &key["id"]),
        ("  Name", &key["name"]),
        ("  Admin key", &key["adminKey"]),
        ("  Capabilities", &joined(&key["capabilities"]).into()),
        ("  Addresses", &or(&key["addresses"], "any")),
        ("  Limits", &or(&key["limits"], "none")),
        ("  Created at (Unix ms)", &key["createdAt"]),
        ("  Revoked at (Unix ms)", &key["revokedAt"]),
    ])
}

pub(crate) fn ledger(command: LedgerCommand, environment: &Environment) -> Result<(), Failure> {
    match command {
        LedgerCommand::Post(args) => post(&args, environment),
        LedgerCommand::TrialBalance { config } => {
            let answer = call(&config, environment, "/v1/trial-balance", json!({}))?;
            print(&trial_balance(&answer["currencies"]))?;
            match answer["balanced"] {
                Value::Bool(true) => Ok(()),
                _ => Err(Failure::work("the ledger is out of balance; run 'countersign check'")),
            }
        }
    }
}

fn post(args: &PostArgs, environment: &Environment) -> Result<(), Failure> {
    let kind = match args.kind {
        PostingKindArg::Deposit => "deposit",
        PostingKindArg::Withdrawal => "withdrawal",
    };
    let wallet = match args.wallet {
        WalletArg::Funding => "FUNDING_WALLET",
        WalletArg::Spot => "SPOT_WALLET",
    };
    let body = json!({
        "reference": args.reference, "kind": kind, "account": named(&args.account), "wallet": wallet,
        "currency": args.currency, "amount": args.amount, "note": args.note,
    });
    let answer = call(&args.config, environment, "/v1/postings", body)?;
    let repeated = answer["repeated"] == Value::Bool(true);
    let told = if repeated { "It was posted before; nothing was posted again" } else { "Posted" };
    print(&text(&[(told, &answer["transferId"]), ("Available", &answer["available"])]))
}

/// One line per account and currency, and the total below.
fn trial_balance(currencies: &Value) -> String {
    let mut lines = String::new();
    for currency in each(currencies) {
        let code = shown(&currency["currency"]);
        let mut line = |account: &str, amount: &Value| {
            writeln!(lines, "{code:<8}{account:<24}{:>32}", shown(amount)).expect("writing to a string cannot fail");
        };
        for account in each(&currency["platform"]) {
            line(&format!("platform {}", shown(&account["account"])), &account["balance"]);
        }
        for owners in ["merchants", "payers"] {
            for part in ["available", "frozen"] {
                line(&format!("{owners} {part}"), &currency[owners][part]);
            }
        }
        line("provider debts", &currency["providerDebts"]);
        line("total", &currency["total"]);
    }
    lines
}

pub(crate) fn account(command: AccountCommand, environment: &Environment) -> Result<(), Failure> {
    let (path, args) = match command {
        AccountCommand::Freeze(args) => ("/v1/accounts/freeze", args),
        AccountCommand::Unfreeze(args) => ("/v1/accounts/unfreeze", args),
        AccountCommand::Balance { config, account } => {
            let answer = call(&config, environment, "/v1/accounts/balance", json!({ "account": named(&account) }))?;
            let head = text(&[("Name", &answer["name"]), ("Status", &answer["status"])]) + &held_line(&answer);
            return print(&each(&answer["balances"]).iter().fold(head, |text, held| text + &balance_line(held)));
        }
    };
    let body = json!({ "account": named(&args.account), "reason": args.reason });
    let answer = call(&args.config, environment, path, body)?;
    let before = if answer["changed"] == Value::Bool(true) { "Status" } else { "Status, as before" };
    print(&text(&[(before, &answer["status"])]))
}

/// How many refunds wait for somebody to be unfrozen; nothing where none does.
fn held_line(answer: &Value) -> String {
    match answer["heldRefunds"].as_i64() {
        None | Some(0) => String::new(),
        Some(count) => format!("Held refunds: {count}\n"),
    }
}

fn balance_line(held: &Value) -> String {
    let [wallet, currency, available, frozen] =
        ["wallet", "currency", "available", "frozen"].map(|field| shown(&held[field]));
    format!("{wallet:<16}{currency:<8}{available:>24} available{frozen:>24} frozen\n")
}

fn named(account: &AccountArg) -> Value {
    match (account.merchant, account.payer) {
        (Some(merchant), _) => json!({ "merchantId": merchant.to_string() }),
        (None, Some(payer)) => json!({ "binanceId": payer.to_string() }),
        (None, None) => json!({}),
    }
}

pub(super) fn each(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn shown(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn joined(list: &Value) -> String {
    each(list).iter().map(shown).collect::<Vec<_>>().join(", ")
}
