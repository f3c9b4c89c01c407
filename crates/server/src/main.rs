//! The `countersign` binary: command line, configuration, listeners, composition root.
//!
//! The only crate that reads the environment, the clock and the operating system's randomness, and that spawns tasks.

mod cli;
mod commands;
mod config;
mod control_file;
mod database;
mod demo;
mod drain;
mod failure;
mod listener;
mod mail;
mod node;
mod rates;
mod running_sandbox;
mod system;
mod telemetry;
mod terminal;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use cli::{Cli, Command, KeysCommand, MailCommand, MerchantCommand, PartnerCommand};
use config::Environment;
use failure::Failure;

/// A call makes and frees some hundred small pieces on several threads; the C library's allocator spends a fifth of a
/// call's processor time on them (`docs/BENCHMARKS.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure.to_string());
            failure.exit_code()
        }
    }
}

/// One line on standard error. A closed standard error leaves nobody to tell.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "countersign: {line}");
}

/// Help and version go to standard output as asked for; anything else is one line and exit code 2 (`contract.md` §1).
fn usage(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asked {
        return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let text = error.to_string();
    let first = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect::<Vec<_>>().join(" ");
    let told = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command is missing",
        _ => first.trim_start_matches("error: "),
    };
    complain(&format!("{told}; see 'countersign --help'"));
    ExitCode::from(2)
}

fn run(command: Command) -> Result<(), Failure> {
    let environment = Environment::of_process()?;
    match command {
        Command::Sandbox(args) => commands::sandbox::run(&args, &environment),
        Command::Serve(args) => commands::serve::run(&args, &environment),
        Command::Demo(args) => commands::demo::run(&args, &environment),
        Command::Check(args) => commands::check::run(&args),
        Command::VerifyWebhook(args) => commands::verify_webhook::run(&args),
        Command::Trigger(args) => commands::trigger::run(&args, &environment),
        Command::Listen(args) => commands::listen::run(&args, &environment),
        Command::Openapi => {
            let document = serde_json::to_string_pretty(&countersign_api::openapi()).map_err(Failure::work)?;
            commands::print(&format!("{document}\n"))
        }
        Command::ResultCodes => commands::result_codes::run(),
        Command::Config => commands::print(config::REFERENCE),
        Command::Migrate(args) => commands::migrate::run(&args),
        Command::Keys(KeysCommand::Generate { out }) => commands::keys::generate(&out),
        Command::Mail(MailCommand::Test { config, to }) => commands::mail::test(&config, &to, &environment),
        Command::Operator(command) => commands::enrol::operator(command, &environment),
        Command::Merchant(MerchantCommand::Create(new)) => {
            commands::enrol::merchant(new, "/v1/merchants", &environment)
        }
        Command::Merchant(MerchantCommand::Commission(command)) => {
            commands::commission::commission(command, &environment)
        }
        Command::Partner(PartnerCommand::Create(new)) => commands::enrol::merchant(new, "/v1/partners", &environment),
        Command::Provider(command) => commands::enrol::provider(command, &environment),
        Command::Key(command) => commands::enrol::key(command, &environment),
        Command::AdminKey(command) => commands::operate::admin_key(command, &environment),
        Command::Ledger(command) => commands::operate::ledger(command, &environment),
        Command::Account(command) => commands::operate::account(command, &environment),
        Command::Webhooks(command) => commands::webhooks::webhooks(command, &environment),
    }
}
