//! Evidence that a row is locked.

use std::ops::Deref;

/// An aggregate read under its lock. Only the locking reads of `queries` make one, and every update demands one, so that an update of something read
/// without a lock does not compile.
#[derive(Debug)]
pub struct Locked<T>(T);

impl<T> Locked<T> {
    /// For a locking read (`{for_update}`) of `queries`, in the same transaction.
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }

    /// A transition of the same aggregate: it stays locked.
    pub fn map<U>(self, transition: impl FnOnce(T) -> U) -> Locked<U> {
        Locked(transition(self.0))
    }

    /// A transition that may be refused: on success the aggregate stays locked.
    pub fn try_map<U, E>(self, transition: impl FnOnce(T) -> Result<U, E>) -> Result<Locked<U>, E> {
        transition(self.0).map(Locked)
    }

    /// As [`Locked::try_map`], for a transition that gives something out as well.
    pub fn try_split<U, V, E>(self, transition: impl FnOnce(T) -> Result<(U, V), E>) -> Result<(Locked<U>, V), E> {
        transition(self.0).map(|(next, given)| (Locked(next), given))
    }

    /// The aggregate without the evidence.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Locked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
