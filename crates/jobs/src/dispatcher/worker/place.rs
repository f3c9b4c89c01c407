//! The place of a try at the desk.

use std::sync::Arc;

use super::{Worker, lock};
use crate::dispatcher::desk::{Job, Went};

/// A place at the desk, given back however the try ends.
pub(super) struct Place<'a> {
    worker: Arc<Worker>,
    job: &'a Job,
    is_tried: bool,
}

impl<'a> Place<'a> {
    /// The place that the desk gave to `job`.
    pub(super) const fn of(worker: Arc<Worker>, job: &'a Job) -> Self {
        Self { worker, job, is_tried: false }
    }

    /// The try has ended; what became of it is still to be written.
    pub(super) fn tried(&mut self, went: Went) {
        self.is_tried = true;
        lock(&self.worker.desk).tried(self.job, went);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_tried {
            self.tried(Went { succeeded: false, duration_ms: 0 });
        }
        lock(&self.worker.desk).settled(self.job);
        self.worker.finished.send_modify(|count| *count = count.wrapping_add(1));
    }
}
