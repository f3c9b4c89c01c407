//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum as _;

use crate::compare::Comparison;
use crate::variant::Variant;

/// Signed load on the real API, beside baselines of the same run.
#[derive(Debug, clap::Parser)]
#[command(name = "cargo xtask bench")]
pub(crate) struct Options {
    /// Seconds that each cell of the table is measured, in each round.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// One second per cell: for a look, not for figures.
    #[arg(long)]
    pub(crate) quick: bool,
    /// How often the variants take turns.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// Numbers of connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    pub(crate) connections: Vec<usize>,
    /// Measures these variants alone: for profilers.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) only: Vec<Variant>,
    /// Makes these comparisons alone, and leaves the main table out.
    #[arg(long, value_enum, value_delimiter = ',', conflicts_with = "only")]
    pub(crate) compare: Vec<Comparison>,
    /// How far a request's timestamp may be off: for profilers that slow everything down.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) window_ms: i64,
    /// Where the databases are made; it should lie on a disk, not in memory.
    #[arg(long, default_value = "target/bench")]
    pub(crate) folder: PathBuf,
    /// Prints the table as Markdown.
    #[arg(long)]
    pub(crate) markdown: bool,
    /// Ends with 1 where an expectation is not met.
    #[arg(long)]
    pub(crate) strict: bool,
}

impl Options {
    /// The comparisons to make.
    pub(crate) fn comparisons(&self) -> &[Comparison] {
        match (self.compare.is_empty(), self.only.is_empty()) {
            (false, _) => &self.compare,
            (true, true) => Comparison::value_variants(),
            (true, false) => &[],
        }
    }

    /// Whether the main table is wanted.
    pub(crate) fn wants_table(&self) -> bool {
        self.compare.is_empty()
    }

    /// How long a cell is measured.
    pub(crate) fn measured(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { self.seconds })
    }

    /// How long a cell runs before it counts.
    pub(crate) fn warm_up(&self) -> Duration {
        Duration::from_millis(if self.quick { 300 } else { 1_000 })
    }
}
