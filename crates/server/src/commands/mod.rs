//! One file per command.

mod admin_call;
pub(crate) mod check;
pub(crate) mod commission;
pub(crate) mod demo;
pub(crate) mod enrol;
pub(crate) mod keys;
pub(crate) mod listen;
pub(crate) mod mail;
mod metrics;
pub(crate) mod migrate;
pub(crate) mod operate;
pub(crate) mod result_codes;
pub(crate) mod sandbox;
pub(crate) mod serve;
pub(crate) mod trigger;
pub(crate) mod verify_webhook;
pub(crate) mod webhooks;

use std::io::{ErrorKind, Write};

use crate::failure::Failure;

/// Writes lines to standard output, all of them or a failure. A closed pipe is none: its reader has seen enough.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::work(format!("standard output: {error}"))),
        _ => Ok(()),
    }
}

/// How long a runtime may take to end its tasks. Only when they are gone is the database closed and its log folded in; a name
/// look-up that hangs must not hold the process for ever.
pub(crate) const RUNTIME_END: std::time::Duration = std::time::Duration::from_secs(2);

/// The runtime of a command that listens.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::work)
}

/// Done when the process is asked to end, by SIGTERM or SIGINT, from this call on: who calls it before saying that anything is ready
/// is not ended by the system's default in between. Within a runtime.
pub(crate) fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            tracing::error!("signals cannot be heard; end the process to stop it");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Done when it is asked once more, after this was first polled.
pub(crate) async fn stop_signal_again() {
    stop_signal().await;
}
