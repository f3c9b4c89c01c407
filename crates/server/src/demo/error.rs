//! Why the walk ended early.

use thiserror::Error;

/// One statement that did not hold, with the step it belongs to.
#[derive(Debug, Error)]
#[error("{}: {claim}: expected {expected}, found {found}", self.place())]
pub(crate) struct StepFailed {
    /// The step's number; 0 is the stage before the first one.
    pub(crate) step: usize,
    /// The step's title.
    pub(crate) title: String,
    /// What should hold.
    pub(crate) claim: String,
    /// What was expected.
    pub(crate) expected: String,
    /// What was found instead.
    pub(crate) found: String,
}

impl StepFailed {
    fn place(&self) -> String {
        if self.step == 0 { self.title.clone() } else { format!("step {} ({})", self.step, self.title) }
    }
}
