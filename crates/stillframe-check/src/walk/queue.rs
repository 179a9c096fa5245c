use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Work that makes more work, for several threads. What was put in last is taken first, so that little is in it.
#[derive(Debug)]
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    workers: usize,
}

#[derive(Debug)]
struct State<T> {
    tasks: Vec<T>,
    /// How many workers have taken something and put nothing back yet.
    busy: usize,
    is_stopped: bool,
}

impl<T> Queue<T> {
    /// For so many workers, with something to begin with.
    pub(super) fn new(workers: usize, tasks: Vec<T>) -> Self {
        Self {
            state: Mutex::new(State {
                tasks,
                busy: 0,
                is_stopped: false,
            }),
            changed: Condvar::new(),
            workers,
        }
    }

    /// Moves at most `most` tasks to `taken`, and waits for some where only others are at work. False at the end: when
    /// nobody has anything left, or the work was stopped. Otherwise [`Queue::put`] comes next.
    pub(super) fn take(&self, most: usize, taken: &mut Vec<T>) -> bool {
        let mut state = self.state();
        loop {
            if state.is_stopped {
                return false;
            }
            let left = state.tasks.len();
            if left > 0 {
                // When little is left each shall have some of it.
                let count = most.min(left.div_ceil(self.workers));
                taken.extend(state.tasks.drain(left - count..));
                state.busy += 1;
                return true;
            }
            if state.busy == 0 {
                return false;
            }
            state = match self.changed.wait(state) {
                Ok(state) => state,
                Err(poisoned) => poisoned.into_inner(),
            };
        }
    }

    /// Ends the work on what was taken, of which `tasks` came.
    pub(super) fn put(&self, tasks: &mut Vec<T>) {
        let mut state = self.state();
        state.tasks.append(tasks);
        state.busy -= 1;
        drop(state);
        self.changed.notify_all();
    }

    /// Nothing more is taken.
    pub(super) fn stop(&self) {
        self.state().is_stopped = true;
        self.changed.notify_all();
    }

    /// Whether [`Queue::stop`] was called.
    pub(super) fn is_stopped(&self) -> bool {
        self.state().is_stopped
    }

    /// Stops the work if its thread panics, so that no other waits for what it would have put.
    pub(super) const fn guard(&self) -> Guard<'_, T> {
        Guard(self)
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Queue::guard`].
pub(super) struct Guard<'q, T>(&'q Queue<T>);

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each number makes two smaller ones: all are taken, by however many.
    #[test]
    fn everything_is_taken_once() {
        for workers in 1..=4 {
            let queue = Queue::new(workers, vec![12u32]);
            let work = || {
                let (mut taken, mut count) = (Vec::new(), 0);
                while queue.take(5, &mut taken) {
                    count += taken.len();
                    let more = |number| (number > 0).then(|| [number - 1; 2]);
                    let mut made: Vec<u32> = taken.drain(..).filter_map(more).flatten().collect();
                    queue.put(&mut made);
                }
                count
            };
            let all: usize = thread::scope(|scope| {
                let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
                threads.into_iter().map(|one| one.join().unwrap()).sum()
            });
            assert_eq!(all, (1 << 13) - 1);
            assert!(!queue.is_stopped());
        }
    }

    #[test]
    fn a_panic_ends_the_work_of_all() {
        let queue = Queue::new(2, vec![1]);
        let panics = || {
            let _guard = queue.guard();
            assert!(queue.take(1, &mut Vec::new()));
            panic!("as is to be shown");
        };
        thread::scope(|scope| {
            assert!(scope.spawn(panics).join().is_err());
            assert!(!queue.take(1, &mut Vec::new()));
        });
    }
}
