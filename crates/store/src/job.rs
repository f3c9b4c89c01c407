//! A caller's closure on its way through a database thread.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::tx::{ReadTx, WriteTx};

/// The longest answer that a `commands` row keeps, in bytes of JSON.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Identifies one write for its life: drawn by the caller before the first try, stored with the effect on PostgreSQL, looked up after a lost COMMIT.
/// It also seeds the jitter between retries, so it should be random in its last bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandId(pub [u8; 16]);

/// What a closure wants done with what it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It answered `Ok`.
    Commit,
    /// It answered a refusal or passed an error on.
    RollBack,
}

/// A write, its types erased. The answer of the last run is kept inside until the engine knows whether it counts.
pub(crate) trait WriteJob: Send {
    fn name(&self) -> &'static str;
    fn command(&self) -> CommandId;
    /// Runs the closure, again if need be, and keeps what it answered.
    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict;
    /// Replaces the kept answer by an error.
    fn fail(&mut self, error: StoreError);
    /// The kept answer as JSON, for its `commands` row.
    fn kept(&self) -> Result<String, StoreError>;
    /// Replaces the kept answer by the one of a `commands` row.
    fn restore(&mut self, json: &str);
    /// Hands the kept answer to the caller, if it still waits.
    fn answer(self: Box<Self>);
}

/// A read, its types erased.
pub(crate) trait ReadJob: Send {
    fn name(&self) -> &'static str;
    fn run(&mut self, tx: &mut dyn ReadTx) -> Verdict;
    fn fail(&mut self, error: StoreError);
    fn answer(self: Box<Self>);
}

/// The only implementation of both, for whatever types the caller has.
pub(crate) struct Job<T, E, F> {
    name: &'static str,
    command: CommandId,
    closure: F,
    kept: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job<T, E, F> {
    pub(crate) fn new(name: &'static str, command: CommandId, closure: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (caller, receiver) = oneshot::channel();
        (Self { name, command, closure, kept: None, caller }, receiver)
    }

    fn keep(&mut self, answer: Result<T, E>) -> Verdict {
        let verdict = if answer.is_ok() { Verdict::Commit } else { Verdict::RollBack };
        self.kept = Some(answer);
        verdict
    }

    fn hand_over(self)
    where
        E: From<StoreError>,
    {
        let answer = self.kept.unwrap_or_else(|| Err(E::from(StoreError::Closed)));
        // A caller that went away does not need the answer; what it asked for is done all the same.
        drop(self.caller.send(answer));
    }
}

fn unstorable(job: &'static str, detail: &str) -> StoreError {
    StoreError::Answer { job, detail: Arc::from(detail) }
}

impl<T, E, F> WriteJob for Job<T, E, F>
where
    F: FnMut(&mut dyn WriteTx) -> Result<T, E> + Send,
    T: Serialize + DeserializeOwned + Send,
    E: From<StoreError> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn command(&self) -> CommandId {
        self.command
    }

    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict {
        let answer = (self.closure)(tx);
        self.keep(answer)
    }

    fn fail(&mut self, error: StoreError) {
        self.kept = Some(Err(E::from(error)));
    }

    fn kept(&self) -> Result<String, StoreError> {
        let Some(Ok(answer)) = &self.kept else { return Err(unstorable(self.name, "there is no answer yet")) };
        let json = serde_json::to_string(answer).map_err(|error| unstorable(self.name, &error.to_string()))?;
        if json.len() > ANSWER_BYTES_MAX {
            return Err(unstorable(self.name, "it is too long"));
        }
        Ok(json)
    }

    fn restore(&mut self, json: &str) {
        let answer = serde_json::from_str(json).map_err(|error| E::from(unstorable(self.name, &error.to_string())));
        self.kept = Some(answer);
    }

    fn answer(self: Box<Self>) {
        self.hand_over();
    }
}

/// A read's job; separate from [`Job`] only because a read has no command and its answer needs no JSON.
pub(crate) struct Reading<T, E, F>(Job<T, E, F>);

impl<T, E, F> Reading<T, E, F> {
    pub(crate) fn new(name: &'static str, closure: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (job, receiver) = Job::new(name, CommandId([0; 16]), closure);
        (Self(job), receiver)
    }
}

impl<T, E, F> ReadJob for Reading<T, E, F>
where
    F: FnMut(&mut dyn ReadTx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn run(&mut self, tx: &mut dyn ReadTx) -> Verdict {
        let answer = (self.0.closure)(tx);
        self.0.keep(answer)
    }

    fn fail(&mut self, error: StoreError) {
        self.0.kept = Some(Err(E::from(error)));
    }

    fn answer(self: Box<Self>) {
        self.0.hand_over();
    }
}
