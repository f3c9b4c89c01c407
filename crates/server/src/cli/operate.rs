//! The commands of the operator's daily work.

use clap::{Args, Subcommand, ValueEnum};

use super::ConfigArg;

#[derive(Subcommand)]
pub(crate) enum AdminKeyCommand {
    /// Make an admin key; its secret is shown this once.
    Create {
        #[command(flatten)]
        config: ConfigArg,
        /// What you call it.
        #[arg(long)]
        name: String,
        /// What it may do: ledger.post, ledger.read, account.freeze, account.read, webhook.read, webhook.resend,
        /// webhook.manage.
        #[arg(long, value_delimiter = ',', value_name = "CAPABILITY,…", required = true)]
        capabilities: Vec<String>,
        /// Addresses or CIDR ranges from which it may be used [default: any].
        #[arg(long, value_delimiter = ',', value_name = "ADDRESS,…")]
        addresses: Option<Vec<String>>,
        /// How much it may post, such as USDT:1000/50000; other currencies then nothing [default: any amount].
        #[arg(long, value_delimiter = ',', value_name = "CURRENCY:PER_POSTING/PER_DAY,…")]
        limits: Option<Vec<String>>,
    },
    /// List admin keys, those in use first.
    List {
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Revoke an admin key for good.
    Revoke {
        #[command(flatten)]
        config: ConfigArg,
        /// The id of its record, from the list.
        #[arg(long, value_name = "ID")]
        id: i64,
    },
}

/// Whose account.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct AccountArg {
    /// A merchant's, by its number.
    #[arg(long, value_name = "ID")]
    pub(crate) merchant: Option<i64>,
    /// A payer's, by its number.
    #[arg(long, value_name = "ID")]
    pub(crate) payer: Option<i64>,
}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PostingKindArg {
    /// Custody received it.
    Deposit,
    /// Custody paid it out.
    Withdrawal,
}

/// Which of the two wallets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WalletArg {
    /// Where payments arrive and from where they are made.
    Funding,
    /// The trading wallet.
    Spot,
}

#[derive(Args)]
pub(crate) struct PostArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// What your books call it, unique for ever; given again, nothing is posted twice.
    #[arg(long)]
    pub(crate) reference: String,
    /// Which way the money went.
    #[arg(long, value_enum)]
    pub(crate) kind: PostingKindArg,
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Which of its wallets.
    #[arg(long, value_enum, default_value_t = WalletArg::Funding)]
    pub(crate) wallet: WalletArg,
    /// The currency's code.
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: String,
    /// How much, in plain decimals.
    #[arg(long)]
    pub(crate) amount: String,
    /// A remark that is kept with it.
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum LedgerCommand {
    /// Post a deposit or a withdrawal.
    Post(PostArgs),
    /// Print per currency what all accounts come to; exit 1 where it is not nothing.
    TrialBalance {
        #[command(flatten)]
        config: ConfigArg,
    },
}

#[derive(Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Why; it goes into the audit chain.
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// Freeze an account: nothing leaves it, and a merchant's calls are refused.
    Freeze(StatusArgs),
    /// Unfreeze an account.
    Unfreeze(StatusArgs),
    /// Print how an account stands and what it holds.
    Balance {
        #[command(flatten)]
        config: ConfigArg,
        #[command(flatten)]
        account: AccountArg,
    },
}
