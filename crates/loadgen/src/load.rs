//! Closed-loop load: each connection sends its next request when the answer to the last one is there.
//!
//! The load has threads and runtimes of its own, so that the server's runtime is as the server has it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use tokio::task::LocalSet;

use crate::application::Caller;
use crate::clock::instant;
use crate::connection::Connection;
use crate::machine;
use crate::signed_request::{Asked, SignedRequest};

/// How the threads of the load are called, to tell their time from the server's.
pub(crate) const THREAD_NAME: &str = "load";

/// The longest latency that is told apart, in microseconds: a minute.
const LATENCY_MAX_US: u64 = 60_000_000;

/// What one cell is about.
pub(crate) struct Cell<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) caller: &'a Caller,
    /// What is asked for.
    pub(crate) asked: Asked,
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
}

/// What one cell gave.
pub(crate) struct Measurement {
    /// Latencies in microseconds of what was answered in the measured time.
    pub(crate) latencies: Histogram<u64>,
    pub(crate) measured: Duration,
    /// Processor time of all threads but the load's, where the system tells it.
    pub(crate) server_time: Option<Duration>,
    /// Orders and the commits that they shared; none where nothing is stored.
    pub(crate) commits: Option<Commits>,
}

/// What the store counted during a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commits {
    pub(crate) orders: u64,
    pub(crate) commits: u64,
}

/// Empty latencies.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_MAX_US, 3).expect("the bounds are in order")
}

#[derive(Clone, Copy)]
struct Times {
    from: Instant,
    until: Instant,
}

/// Runs the load of one cell.
pub(crate) fn run(cell: &Cell<'_>) -> Result<Measurement> {
    let from = instant() + cell.warm_up;
    let times = Times { from, until: from + cell.measured };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = (cores / 2).clamp(1, cell.connections);
    std::thread::scope(|scope| {
        let mut running = Vec::with_capacity(threads);
        for thread in 0..threads {
            let connections = (thread..cell.connections).step_by(threads);
            let requests: Vec<SignedRequest> =
                connections.map(|_| SignedRequest::new(cell.caller, cell.asked)).collect();
            let work = move || drive(cell.address, requests, times);
            running.push(std::thread::Builder::new().name(THREAD_NAME.to_owned()).spawn_scoped(scope, work)?);
        }
        let server_time = watch(times)?;
        let mut latencies = histogram();
        for thread in running {
            latencies.add(thread.join().expect("the load does not panic")?)?;
        }
        Ok(Measurement { latencies, measured: cell.measured, server_time, commits: None })
    })
}

/// The server's processor time between the two instants.
fn watch(times: Times) -> Result<Option<Duration>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        tokio::time::sleep_until(times.from.into()).await;
        let before = machine::time_beside(THREAD_NAME);
        tokio::time::sleep_until(times.until.into()).await;
        let after = machine::time_beside(THREAD_NAME);
        Ok(before.zip(after).map(|(before, after)| after.saturating_sub(before)))
    })
}

/// One thread's connections.
fn drive(address: SocketAddr, requests: Vec<SignedRequest>, times: Times) -> Result<Histogram<u64>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    let tasks: Vec<_> = requests.into_iter().map(|request| local.spawn_local(talk(address, request, times))).collect();
    runtime.block_on(local.run_until(async {
        let mut latencies = histogram();
        for task in tasks {
            latencies.add(task.await.context("a connection's task ended early")??)?;
        }
        Ok(latencies)
    }))
}

/// One connection until the time is over.
async fn talk(address: SocketAddr, mut requests: SignedRequest, times: Times) -> Result<Histogram<u64>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = histogram();
    loop {
        let request = requests.next();
        let sent = instant();
        connection.exchange(request).await?;
        let answered = instant();
        if answered >= times.until {
            return Ok(latencies);
        }
        if answered >= times.from {
            latencies.saturating_record(u64::try_from((answered - sent).as_micros()).unwrap_or(LATENCY_MAX_US));
        }
    }
}
