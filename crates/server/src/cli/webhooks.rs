//! The commands that look after webhooks.

use clap::{Subcommand, ValueEnum};

use super::ConfigArg;

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeliveryStateArg {
    /// It waits for its next try.
    Pending,
    /// It was accepted.
    Delivered,
    /// It is not tried again by itself.
    Parked,
}

#[derive(Subcommand)]
pub(crate) enum WebhooksCommand {
    /// List deliveries, newest first.
    List {
        #[command(flatten)]
        config: ConfigArg,
        /// Those of one merchant [default: everybody's].
        #[arg(long, value_name = "ID")]
        merchant: Option<i64>,
        /// Those that stand so.
        #[arg(long, value_enum)]
        state: Option<DeliveryStateArg>,
        /// Those of one type, such as `PAY` or `TECH_PROVIDER`.
        #[arg(long = "type", value_name = "TYPE")]
        biz_type: Option<String>,
        /// Those that were caused for one endpoint.
        #[arg(long, value_name = "ID")]
        endpoint: Option<i64>,
        /// Those caused since: 90m, 24h or 7d ago, 2026-01-15T12:00:00Z, or Unix milliseconds.
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
        /// Those caused before, said in the same ways.
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
        /// How many, from 1 to 200.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=200))]
        limit: i64,
        /// Go on below this delivery.
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print one delivery: its body and every try, tokens masked.
    Show {
        #[command(flatten)]
        config: ConfigArg,
        /// Its id, from the list.
        #[arg(long, value_name = "ID")]
        id: i64,
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Send one delivery again, whatever became of it: the same ids and bytes, a fresh signature.
    Resend {
        #[command(flatten)]
        config: ConfigArg,
        /// Its id, from the list.
        #[arg(long, value_name = "ID")]
        id: i64,
        /// The endpoint of the same merchant to send it to [default: where it was for].
        #[arg(long, value_name = "ENDPOINT")]
        to: Option<i64>,
    },
    /// Send everything again that failed since a time.
    Recover {
        #[command(flatten)]
        config: ConfigArg,
        /// What was caused since: 90m, 24h or 7d ago, 2026-01-15T12:00:00Z, or Unix milliseconds.
        #[arg(long, value_name = "WHEN")]
        since: String,
        /// What failed of one merchant's [default: of everybody's].
        #[arg(long, value_name = "ID")]
        merchant: Option<i64>,
        /// What was caused for one endpoint.
        #[arg(long, value_name = "ID")]
        endpoint: Option<i64>,
        /// The endpoint of the merchant to send it to [default: where each was for].
        #[arg(long, value_name = "ENDPOINT", requires = "merchant")]
        to: Option<i64>,
    },
    /// List a merchant's endpoints.
    Endpoints {
        #[command(flatten)]
        config: ConfigArg,
        /// Whose.
        #[arg(long, value_name = "ID")]
        merchant: i64,
        /// Print one line of JSON.
        #[arg(long)]
        json: bool,
    },
}
