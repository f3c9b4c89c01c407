//! Where a node dies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

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

/// Counts a node's writes, and stops them all at its point: from there on none begins, and none is learnt of.
pub(super) struct Fuse {
    at: Option<Point>,
    passed: Mutex<BTreeMap<(&'static str, WriteSide), usize>>,
    is_blown: watch::Sender<bool>,
}

impl Fuse {
    /// One that only counts.
    pub(super) fn counting() -> Self {
        Self { at: None, passed: Mutex::default(), is_blown: watch::Sender::new(false) }
    }

    pub(super) fn at(point: Point) -> Self {
        Self { at: Some(point), ..Self::counting() }
    }

    pub(super) const fn point(&self) -> Option<Point> {
        self.at
    }

    pub(super) fn failpoint(self: &Arc<Self>) -> Failpoint {
        let fuse = Arc::clone(self);
        Arc::new(move |write, side| {
            let fuse = Arc::clone(&fuse);
            Box::pin(async move { fuse.pass(write, side).await })
        })
    }

    async fn pass(&self, write: &'static str, side: WriteSide) {
        if self.is_passed(write, side) {
            return;
        }
        std::future::pending::<()>().await;
    }

    fn is_passed(&self, write: &'static str, side: WriteSide) -> bool {
        let mut passed = self.passed.lock().expect("nothing panics under it");
        if *self.is_blown.borrow() {
            return false;
        }
        let nth = passed.entry((write, side)).or_default();
        *nth += 1;
        let is_point = self.at == Some(Point { write, nth: *nth, side });
        if is_point {
            self.is_blown.send_replace(true);
        }
        !is_point
    }

    /// Waits for the death.
    pub(super) async fn blown(&self) {
        let mut is_blown = self.is_blown.subscribe();
        is_blown.wait_for(|is_blown| *is_blown).await.expect("its sender is borrowed");
    }

    /// Every side of every write that was passed.
    pub(super) fn points(&self) -> Vec<Point> {
        let passed = self.passed.lock().expect("nothing panics under it");
        let each = |(&(write, side), &count): (&(&'static str, WriteSide), &usize)| {
            (1..=count).map(move |nth| Point { write, nth, side })
        };
        passed.iter().flat_map(each).collect()
    }
}
