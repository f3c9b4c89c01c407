//! Where a node dies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_service::{Failpoint, WriteSide};
use tokio::sync::watch;

/// A side of one write of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) write: &'static str,
    /// The first of this name, the second, and so on. Of writes of one name that are under way together it is any.
    pub(super) nth: usize,
    pub(super) side: WriteSide,
}

/// Counts a node's writes, and stops them all at its point: from there on none begins, and none is learnt of. Those that are
/// under way then are written.
pub(super) struct Fuse {
    at: Option<Point>,
    state: watch::Sender<State>,
}

#[derive(Default)]
struct State {
    passed: BTreeMap<(&'static str, WriteSide), usize>,
    under_way: usize,
    is_blown: bool,
}

impl State {
    /// Whether the node goes on from this side of a write.
    fn pass(&mut self, (write, side): (&'static str, WriteSide), at: Option<Point>) -> bool {
        if side == WriteSide::After {
            self.under_way -= 1;
        }
        if self.is_blown {
            return false;
        }
        let nth = self.passed.entry((write, side)).or_default();
        *nth += 1;
        self.is_blown = at == Some(Point { write, nth: *nth, side });
        if side == WriteSide::Before && !self.is_blown {
            self.under_way += 1;
        }
        !self.is_blown
    }
}

impl Fuse {
    /// One that only counts.
    pub(super) fn counting() -> Self {
        Self { at: None, state: watch::Sender::default() }
    }

    pub(super) fn at(point: Point) -> Self {
        Self { at: Some(point), ..Self::counting() }
    }

    pub(super) fn failpoint(self: &Arc<Self>) -> Failpoint {
        let fuse = Arc::clone(self);
        Arc::new(move |write, side| {
            let fuse = Arc::clone(&fuse);
            Box::pin(async move {
                if !fuse.pass(write, side) {
                    std::future::pending::<()>().await;
                }
            })
        })
    }

    fn pass(&self, write: &'static str, side: WriteSide) -> bool {
        let mut passes = false;
        self.state.send_modify(|state| passes = state.pass((write, side), self.at));
        passes
    }

    /// Waits until the node has come to its point, and what it was writing then is written.
    pub(super) async fn blown(&self) {
        let mut state = self.state.subscribe();
        state.wait_for(|state| state.is_blown && state.under_way == 0).await.expect("its sender is borrowed");
    }

    /// The names of the writes that were passed.
    pub(super) fn writes(&self) -> BTreeSet<&'static str> {
        self.state.borrow().passed.keys().map(|(write, _)| *write).collect()
    }
}
