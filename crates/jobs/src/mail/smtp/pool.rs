//! Connections that are kept: mails wait for one of few, and whoever comes next uses what is open.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::sync::Semaphore;

use super::route::Route;
use super::verdict::SmtpFailure;

/// How long a connection that was kept may take to say that it is alive. A peer that vanished says nothing, and a new
/// connection is quickly made.
const ALIVE_WITHIN: Duration = Duration::from_secs(3);

/// The connections. What is idle is not closed by a timer: there are few, and servers close what is idle too long.
pub(super) struct Pool {
    route: Route,
    seats: Semaphore,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Pool {
    pub(super) fn new(route: Route, connections: usize) -> Self {
        Self { route, seats: Semaphore::new(connections), idle: Mutex::default() }
    }

    /// Sends one message. The connection is kept where the message was accepted on it, and dropped in every other case: the
    /// caller may give up at any point.
    pub(super) async fn send(&self, envelope: &Envelope, message: Vec<u8>) -> Result<(), SmtpFailure> {
        let _seat = self.seats.acquire().await.expect("the pool's seats are never closed");
        let mut connection = match self.idle_one().await {
            Some(connection) => connection,
            None => self.route.connect().await.map_err(|error| SmtpFailure::connecting(&error))?,
        };
        connection.send(envelope, &message).await.map_err(|error| SmtpFailure::sending(&error))?;
        self.idle().push(connection);
        Ok(())
    }

    /// A connection that was kept and still answers; those that do not are dropped.
    async fn idle_one(&self) -> Option<AsyncSmtpConnection> {
        loop {
            // The newest first: it is the likeliest to be alive, and the others may go to sleep.
            let mut connection = self.idle().pop()?;
            if let Ok(true) = tokio::time::timeout(ALIVE_WITHIN, connection.test_connected()).await {
                return Some(connection);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
