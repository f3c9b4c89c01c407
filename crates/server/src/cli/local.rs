//! The commands for local work with a sandbox.

use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;

/// Which sandbox, and what proves that one may.
#[derive(Args)]
pub(crate) struct RunningSandboxArgs {
    /// The data folder of the sandbox, which says where it is while it runs [default without a token: `./countersign-data`].
    #[arg(long, value_name = "DIR", conflicts_with_all = ["base_url", "control_token"])]
    pub(crate) data: Option<PathBuf>,
    /// The address of a sandbox whose folder is not at hand [default with a control token: `http://127.0.0.1:8420`].
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Its control token, from the ready line; `COUNTERSIGN_CONTROL_TOKEN` in the environment says it too.
    #[arg(long, value_name = "T")]
    pub(crate) control_token: Option<SecretString>,
}

#[derive(Args)]
pub(crate) struct TriggerArgs {
    /// What to raise, such as `PAY_SUCCESS`, `PAY_REFUND.REFUND_SUCCESS` or `TECH_PROVIDER.AGREE`; a wrong one lists them all.
    #[arg(value_name = "TYPE")]
    pub(crate) kind: String,
    /// Who is told [default: the seeded merchant; of `TECH_PROVIDER` the seeded provider].
    #[arg(long, value_name = "ID")]
    pub(crate) merchant: Option<i64>,
    #[command(flatten)]
    pub(crate) sandbox: RunningSandboxArgs,
    /// Print one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct ListenArgs {
    /// Your receiver.
    #[arg(long, value_name = "URL")]
    pub(crate) forward_to: String,
    /// Only these: types such as `PAY`, or one of their statuses such as `TECH_PROVIDER.AGREE` [default: all].
    #[arg(long, value_delimiter = ',', value_name = "TYPE,…")]
    pub(crate) events: Vec<String>,
    /// Only what this merchant is told [default: every merchant of the sandbox].
    #[arg(long, value_name = "ID")]
    pub(crate) merchant: Option<i64>,
    #[command(flatten)]
    pub(crate) sandbox: RunningSandboxArgs,
    /// Print one line of JSON for each delivery.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Run the demo's own sandbox on this database instead of a temporary SQLite file.
    #[arg(long, value_name = "URL", conflicts_with = "base_url")]
    pub(crate) database: Option<String>,
    /// Use a sandbox that runs already.
    #[arg(long, value_name = "URL", requires = "control_token")]
    pub(crate) base_url: Option<String>,
    /// The control token of that sandbox, from its ready line.
    #[arg(long, value_name = "T", requires = "base_url")]
    pub(crate) control_token: Option<SecretString>,
}
