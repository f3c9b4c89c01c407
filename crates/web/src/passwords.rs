//! Passwords are checked and hashed on threads of their own, few at a time: each takes some tens of milliseconds of a core
//! and 19 MiB, and the sign-in form is open to everybody.

use std::sync::Arc;

use countersign_crypto::{PasswordHash, PasswordRefused, SALT_BYTES, hash_password, verify_password};
use tokio::sync::Semaphore;

/// How many passwords are worked on at once.
const AT_ONCE: usize = 2;
/// How many may wait or be worked on; one more is told to come back.
const LINE_MAX: usize = 32;

/// The line is full, or memory is short: nothing was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked; try again later")]
pub(crate) struct Busy;

/// Where passwords are worked on.
pub(crate) struct PasswordDesk {
    line: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

impl PasswordDesk {
    pub(crate) fn new() -> Self {
        Self { line: Arc::new(Semaphore::new(LINE_MAX)), seats: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _place = self.line.try_acquire().map_err(|_| Busy)?;
        // Owned by the thread: a visitor who leaves does not free the seat before the work is done.
        let seat = Arc::clone(&self.seats).acquire_owned().await.map_err(|_| Busy)?;
        let job = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            work()
        });
        job.await.map_err(|_| Busy)
    }

    /// Whether `password` is the one behind the stored hash. Without a hash it takes as long, and is wrong.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Busy> {
        let verdict = self.run(move || {
            let hash = stored.and_then(|phc| PasswordHash::from_phc(&phc).ok()).unwrap_or_else(PasswordHash::dummy);
            verify_password(&password, &hash)
        });
        match verdict.await? {
            Ok(()) => Ok(true),
            Err(PasswordRefused::Wrong) => Ok(false),
            Err(PasswordRefused::OutOfMemory) => Err(Busy),
        }
    }

    /// The PHC string of a password whose length was checked.
    pub(crate) async fn hash(&self, password: String, salt: [u8; SALT_BYTES]) -> Result<String, Busy> {
        let hash = self.run(move || hash_password(&password, &salt)).await?;
        hash.map(|hash| hash.expose_phc().to_owned()).map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let desk = PasswordDesk::new();
        let hash = desk.hash("correct horse".to_owned(), [7; SALT_BYTES]).await.expect("the desk is free");
        assert_eq!(desk.verify("correct horse".to_owned(), Some(hash.clone())).await, Ok(true));
        assert_eq!(desk.verify("wrong horse".to_owned(), Some(hash)).await, Ok(false));
        assert_eq!(desk.verify("correct horse".to_owned(), None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_full_line_turns_people_away_at_once() {
        let desk = PasswordDesk::new();
        let all =
            desk.line.try_acquire_many(u32::try_from(LINE_MAX).expect("a small number")).expect("the line is empty");
        assert_eq!(desk.verify(String::new(), None).await, Err(Busy));
        drop(all);
        assert_eq!(desk.verify(String::new(), None).await, Ok(false));
    }
}
