//! A bounded queue between callers and database threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Why an item was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushError {
    /// The queue holds its maximum.
    Full,
    /// No more items are taken.
    Closed,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    /// Threads asleep in `pop`: waking costs a system call, so it is done only when somebody sleeps.
    sleeping: usize,
}

/// Many producers, many consumers, a fixed bound. Once closed, what is queued is still handed out.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
    bound: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::with_capacity(bound.min(crate::options::QUEUE_MAX)),
                closed: false,
                sleeping: 0,
            }),
            filled: Condvar::new(),
            bound,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No user code runs under this lock, so a poisoned state is a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, item: T) -> Result<(), (PushError, T)> {
        let mut state = self.lock();
        if state.closed {
            return Err((PushError::Closed, item));
        }
        if state.items.len() >= self.bound {
            return Err((PushError::Full, item));
        }
        state.items.push_back(item);
        let wake = state.sleeping > 0;
        drop(state);
        if wake {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// The next item; waits for one. `None` once the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(item) = state.items.pop_front() {
                return Some(item);
            }
            if state.closed {
                return None;
            }
            state = self.sleep(state);
        }
    }

    fn sleep<'a>(&self, mut state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        state.sleeping += 1;
        state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.sleeping -= 1;
        state
    }

    /// Moves what is queued now into `into`, at most `most` items, without waiting.
    pub(crate) fn drain_into(&self, into: &mut VecDeque<T>, most: usize) {
        let mut state = self.lock();
        let take = state.items.len().min(most);
        into.extend(state.items.drain(..take));
    }

    /// Waits for an item and moves one consumer's share of what is queued into `into`: a part of it when `consumers` divide it
    /// among them, at most `most` items. False once the queue is closed and empty.
    pub(crate) fn pop_share(&self, into: &mut VecDeque<T>, most: usize, consumers: usize) -> bool {
        let mut state = self.lock();
        while state.items.is_empty() {
            if state.closed {
                return false;
            }
            state = self.sleep(state);
        }
        let share = state.items.len().div_ceil(consumers.max(1)).min(most);
        into.extend(state.items.drain(..share));
        true
    }

    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().items.len()
    }
}

/// A pause between retries that a closing store cuts short.
#[derive(Default)]
pub(crate) struct Pause {
    closed: Mutex<bool>,
    changed: Condvar,
}

impl Pause {
    /// Waits for the duration or until the store closes.
    pub(crate) fn wait(&self, duration: Duration) {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_timeout_while(closed, duration, |closed| !*closed));
    }

    pub(crate) fn close(&self) {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::{PushError, Queue};
    use std::collections::VecDeque;

    #[test]
    fn the_bound_holds_and_a_closed_queue_still_hands_out_its_items() {
        let queue = Queue::new(2);
        queue.push(1).unwrap();
        queue.push(2).unwrap();
        assert_eq!(queue.push(3), Err((PushError::Full, 3)));
        let mut drained = VecDeque::new();
        queue.drain_into(&mut drained, 1);
        assert_eq!(drained, [1]);
        queue.close();
        assert_eq!(queue.push(3), Err((PushError::Closed, 3)));
        assert_eq!(queue.pop(), Some(2));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn a_share_leaves_the_rest_to_the_others() {
        let queue = Queue::new(9);
        for item in 0..9 {
            queue.push(item).unwrap();
        }
        let share = |most, consumers| {
            let mut into = VecDeque::new();
            (queue.pop_share(&mut into, most, consumers), into.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(share(4, 2), (true, vec![0, 1, 2, 3]), "no more than asked for");
        assert_eq!(share(4, 2), (true, vec![4, 5, 6]), "half of five, rounded up");
        queue.close();
        assert_eq!(share(4, 1), (true, vec![7, 8]), "a closed queue still hands out");
        assert_eq!(share(4, 1), (false, vec![]));
    }

    #[test]
    fn a_sleeping_consumer_is_woken() {
        let queue = Queue::new(1);
        std::thread::scope(|scope| {
            let consumer = scope.spawn(|| queue.pop());
            queue.push(7).unwrap();
            assert_eq!(consumer.join().unwrap(), Some(7));
        });
    }
}
