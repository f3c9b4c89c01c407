//! Log lines, on standard error: standard output belongs to what a command answers.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, Environment, LogFormat};
use crate::failure::Failure;

/// Begins logging as the configuration says. Called once.
pub(crate) fn begin(config: &Config, environment: &Environment) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| Failure::usage(format!("'log' is not a valid filter: {error}")))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let begun = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal() && !environment.has("NO_COLOR")).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    begun.map_err(Failure::work)?;
    for variable in environment.unknown() {
        tracing::warn!(variable, "this variable names no configuration key; is it misspelt?");
    }
    Ok(())
}
