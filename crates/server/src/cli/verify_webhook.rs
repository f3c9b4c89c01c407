//! The command that explains a delivery.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub(crate) struct VerifyWebhookArgs {
    /// The request as it came over the wire: its first line, its headers, an empty line, its body.
    #[arg(long, value_name = "FILE", required_unless_present = "headers", conflicts_with_all = ["headers", "body"])]
    pub(crate) request: Option<PathBuf>,
    /// Its headers alone: one a line, or a JSON object of them.
    #[arg(long, value_name = "FILE", requires = "body")]
    pub(crate) headers: Option<PathBuf>,
    /// The raw bytes of its body.
    #[arg(long, value_name = "FILE", requires = "headers")]
    pub(crate) body: Option<PathBuf>,
    /// What to check it with: the key in PEM (certPublic), or the whole answer to a call of `certificates`.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: PathBuf,
    /// When it was received, in Unix milliseconds [default: now].
    #[arg(long, value_name = "MS")]
    pub(crate) received_at: Option<i64>,
    /// How old it may have been then, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) max_age: u64,
}
