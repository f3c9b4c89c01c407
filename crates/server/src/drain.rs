//! The end of a process that listens: everything that works stops together and has one drain time-out for it.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::failure::Failure;

/// Exit code of a process that was told twice to end: what shells report of Ctrl-C.
const EXIT_CODE_INTERRUPTED: i32 = 130;

/// How a drain went.
#[derive(Debug)]
pub(crate) enum Drained {
    /// Everything ended by itself, or the listener failed.
    Ended(io::Result<()>),
    /// The time-out passed; what still works is left behind.
    TimedOut,
    /// Told a second time: nothing more is waited for.
    Told,
}

/// What works beside a listener: told to stop together with it.
pub(crate) struct Work<'a> {
    pub(crate) stop: &'a CancellationToken,
    pub(crate) tasks: &'a TaskTracker,
    /// How long everything together may take to end, from the first stop.
    pub(crate) drain_timeout: Duration,
}

impl Work<'_> {
    /// Done when `signal` is; by then everything that works is told.
    pub(crate) async fn stopped_by(&self, signal: impl Future<Output = ()>) {
        signal.await;
        tracing::info!("draining, Ctrl-C again to end now");
        self.stop.cancel();
    }

    /// Waits for the listener and then for the tasks, within the time-out once they are told; `again` ends the wait.
    pub(crate) async fn drain(
        &self,
        listening: impl Future<Output = io::Result<()>>,
        again: impl Future<Output = ()>,
    ) -> Drained {
        let ending = async {
            let served = listening.await;
            // Also where the listener ended by a failure of its own.
            self.stop.cancel();
            self.tasks.close();
            self.tasks.wait().await;
            served
        };
        let told_again = async {
            self.stop.cancelled().await;
            again.await;
        };
        let too_long = async {
            self.stop.cancelled().await;
            tokio::time::sleep(self.drain_timeout).await;
        };
        tokio::select! {
            biased;
            served = ending => Drained::Ended(served),
            () = told_again => Drained::Told,
            () = too_long => Drained::TimedOut,
        }
    }
}

impl Drained {
    /// What the command answers. Told twice, the process ends here and now: both engines keep what was committed.
    pub(crate) fn conclude(self) -> Result<(), Failure> {
        match self {
            Self::Ended(served) => served.map_err(Failure::work),
            Self::TimedOut => {
                tracing::warn!("the drain time-out passed; what was still under way is left");
                Ok(())
            }
            Self::Told => std::process::exit(EXIT_CODE_INTERRUPTED),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    /// Drains a listener that ends when told, beside a task that ends when told if it `obeys`.
    async fn drained(obeys: bool, drain_timeout: Duration, again: impl Future<Output = ()>) -> Drained {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let work = Work { stop: &stop, tasks: &tasks, drain_timeout };
        let told = stop.clone();
        tasks.spawn(async move {
            told.cancelled().await;
            if !obeys {
                pending::<()>().await;
            }
        });
        let listening = async {
            work.stopped_by(ready(())).await;
            Ok(())
        };
        work.drain(listening, again).await
    }

    #[tokio::test]
    async fn tasks_are_told_before_the_listener_is_done() {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let work = Work { stop: &stop, tasks: &tasks, drain_timeout: LONG };
        let (told, ended) = (stop.clone(), CancellationToken::new());
        let end = ended.clone();
        tasks.spawn(async move {
            told.cancelled().await;
            end.cancel();
        });
        // A listener with a request under way that ends only after the task did.
        let listening = async {
            work.stopped_by(ready(())).await;
            ended.cancelled().await;
            Ok(())
        };
        assert!(matches!(work.drain(listening, pending()).await, Drained::Ended(Ok(()))));
    }

    #[tokio::test]
    async fn a_task_that_does_not_end_holds_nothing_up_for_longer_than_the_time_out() {
        assert!(matches!(drained(true, LONG, pending()).await, Drained::Ended(Ok(()))));
        assert!(matches!(drained(false, Duration::from_millis(1), pending()).await, Drained::TimedOut));
    }

    #[tokio::test]
    async fn a_second_signal_ends_the_wait() {
        assert!(matches!(drained(false, LONG, ready(())).await, Drained::Told));
    }
}
