//! The command line (`contract.md` §1).
//!
//! No `Debug` here: database URLs hold passwords, and the demo takes a control token.

mod local;
mod operate;
mod verify_webhook;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use local::{DemoArgs, ListenArgs, RunningSandboxArgs, TriggerArgs};
pub(crate) use operate::{
    AccountArg, AccountCommand, AdminKeyCommand, LedgerCommand, PostArgs, PostingKindArg, WalletArg,
};
pub(crate) use verify_webhook::VerifyWebhookArgs;
pub(crate) use webhooks::{DeliveryStateArg, WebhooksCommand};

/// A self-hosted merchant payment platform that speaks the Binance Pay merchant API.
///
/// Countersign is not affiliated with Binance.
#[derive(Parser)]
#[command(name = "countersign", version, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a seeded world to integrate against: no real money, every refusal explained.
    Sandbox(SandboxArgs),
    /// Run the platform of a pay network.
    Serve(ConfigArg),
    /// Walk through the founding flow step by step against a fresh sandbox, or one that runs.
    Demo(DemoArgs),
    /// Prove the ledger, the audit chains and the outbox of a database; it may be in use.
    Check(DatabaseArg),
    /// Find out what is wrong with a webhook that was received: who signed it, and what was done to it since.
    VerifyWebhook(VerifyWebhookArgs),
    /// Raise a sample of a webhook in a running sandbox, to see what a receiver does with it.
    ///
    /// Nothing else happens: no order is paid, no authorization is decided. The message goes out like any other: signed, logged
    /// and retried, to every endpoint of the merchant that wants it.
    Trigger(TriggerArgs),
    /// Print what a running sandbox delivers, and forward it to a receiver on this machine.
    ///
    /// Headers and bytes arrive as they were sent, so that signatures verify, and what the receiver answers is the result of the
    /// delivery: where it fails, the sandbox tries again. Until it is stopped, `listen` is an endpoint of every merchant of the
    /// sandbox; it takes nothing from the others. It waits for deliveries on 127.0.0.1 alone, so the sandbox must run on this machine.
    Listen(ListenArgs),
    /// Print the OpenAPI 3.1 document of the merchant API.
    Openapi,
    /// Print the table of result codes: status, text, when it happens, what to do.
    ResultCodes,
    /// Print the configuration reference: every key, its meaning, its default.
    Config,
    /// Bring a PostgreSQL database to this version's schema.
    Migrate(DatabaseArg),
    /// Master keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Mail.
    #[command(subcommand)]
    Mail(MailCommand),
    /// People who run the platform.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Merchants.
    #[command(subcommand)]
    Merchant(MerchantCommand),
    /// Technical service providers.
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Channel partners.
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// API keys of merchants.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Admin keys, with which the operator's own systems call the admin API.
    #[command(subcommand)]
    AdminKey(AdminKeyCommand),
    /// Money that enters and leaves through custody, and what all accounts come to.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Accounts of merchants and payers: look, freeze, unfreeze.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Webhooks: what was delivered and what not, and sending it again.
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
}

/// How business time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClockArg {
    /// With the machine's clock.
    Real,
    /// Only when the control API moves it.
    Manual,
}

#[derive(Args)]
pub(crate) struct SandboxArgs {
    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8420].
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// The address by which others reach the sandbox, as it stands in links.
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Where the sandbox keeps its data.
    #[arg(long, value_name = "DIR", default_value = "./countersign-data", conflicts_with = "ephemeral")]
    pub(crate) data: PathBuf,
    /// Keep nothing: the data goes with the process.
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// sqlite:PATH or postgres://… [default: countersign.db under --data].
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Make a world that is the same each time: ids, keys, tokens, passwords.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// How business time passes.
    #[arg(long, value_enum, default_value_t = ClockArg::Real)]
    pub(crate) clock: ClockArg,
    /// Print one line of JSON once everything answers, and nothing else, on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct ConfigArg {
    /// The configuration file; `countersign config` prints a documented one.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct DatabaseArg {
    /// sqlite:PATH or postgres://…
    #[arg(long, value_name = "URL")]
    pub(crate) database: String,
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a file with a fresh master key, readable by you alone.
    Generate {
        /// Where to write it; a file that exists is left alone.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum MailCommand {
    /// Send one mail over the configured server and say what it answered.
    Test {
        #[command(flatten)]
        config: ConfigArg,
        /// The address to send it to.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum OperatorCommand {
    /// Let a person run the platform: prints a one-time link to set the password.
    Create {
        #[command(flatten)]
        config: ConfigArg,
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
    },
}

#[derive(Args)]
pub(crate) struct NewMerchantArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// The name that payers and merchants see.
    #[arg(long)]
    pub(crate) name: String,
    /// The owner's e-mail address.
    #[arg(long)]
    pub(crate) email: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum MerchantCommand {
    /// Enrol one; with an e-mail address its owner gets a one-time link to set the password.
    Create(NewMerchantArgs),
    /// What the platform takes of payments to a merchant of any kind.
    #[command(subcommand)]
    Commission(CommissionCommand),
}

#[derive(Subcommand)]
pub(crate) enum PartnerCommand {
    /// Enrol one; with an e-mail address its owner gets a one-time link to set the password.
    Create(NewMerchantArgs),
}

#[derive(Subcommand)]
pub(crate) enum CommissionCommand {
    /// Set the terms of one currency, or the default of all that have none.
    Set {
        #[command(flatten)]
        config: ConfigArg,
        /// Whose terms.
        #[arg(long, value_name = "ID")]
        merchant: i64,
        /// The part of each payment, in percent.
        #[arg(long)]
        percent: String,
        /// The currency; without it, the default of every currency that has no terms of its own.
        #[arg(long, value_name = "CODE")]
        currency: Option<String>,
        /// The least of each payment, though never more than the payment itself [default: 0].
        #[arg(long, value_name = "AMOUNT", requires = "currency")]
        minimum: Option<String>,
        /// The most of each payment [default: no cap].
        #[arg(long, value_name = "AMOUNT", requires = "currency")]
        cap: Option<String>,
    },
    /// Remove the terms of one currency: the default counts for it again.
    Remove {
        #[command(flatten)]
        config: ConfigArg,
        /// Whose terms.
        #[arg(long, value_name = "ID")]
        merchant: i64,
        /// The currency.
        #[arg(long, value_name = "CODE")]
        currency: String,
    },
    /// Print the terms of a merchant.
    Show {
        #[command(flatten)]
        config: ConfigArg,
        /// Whose terms.
        #[arg(long, value_name = "ID")]
        merchant: i64,
    },
}

#[derive(Subcommand)]
pub(crate) enum ProviderCommand {
    /// Enrol one; with an e-mail address its owner gets a one-time link to set the password.
    Create {
        #[command(flatten)]
        config: ConfigArg,
        /// The name that merchants see.
        #[arg(long)]
        name: String,
        /// The owner's e-mail address.
        #[arg(long)]
        email: Option<String>,
        /// Scopes that it may ask merchants for [default: all ten].
        #[arg(long, value_delimiter = ',', value_name = "SCOPE,…")]
        allow_scopes: Option<Vec<String>>,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make an API key; its secret is shown this once.
    Create {
        #[command(flatten)]
        config: ConfigArg,
        /// Whose key.
        #[arg(long, value_name = "ID")]
        merchant: i64,
        /// What its owner calls it.
        #[arg(long)]
        name: String,
        /// Families of calls that it may make [default: all ten].
        #[arg(long, value_delimiter = ',', value_name = "SCOPE,…")]
        scopes: Option<Vec<String>>,
        /// Addresses or CIDR ranges from which it may be used [default: any].
        #[arg(long, value_delimiter = ',', value_name = "ADDRESS,…")]
        addresses: Option<Vec<String>>,
    },
}
