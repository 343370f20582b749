//! Work that is done on a thread of its own until somebody wants its result.

use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};

/// The parser of the lints' expressions takes 160 KiB for each level of nesting when it is not optimised.
const STACK_BYTES: usize = 32 << 20;

/// A result that is worked for at most once.
pub(super) struct Beside<T> {
    work: Arc<dyn Fn() -> T + Send + Sync>,
    thread: Mutex<Option<JoinHandle<T>>>,
    result: OnceLock<T>,
}

impl<T: Send + 'static> Beside<T> {
    /// Does not begin yet.
    pub(super) fn new(work: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self { work: Arc::new(work), thread: Mutex::new(None), result: OnceLock::new() }
    }

    /// Begins, if nobody has yet. Where there may be no more threads, [`Beside::get`] does the work.
    pub(super) fn start(&self) {
        let Ok(mut thread) = self.thread.lock() else { return };
        if thread.is_none() && self.result.get().is_none() {
            let work = self.work.clone();
            *thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || work()).ok();
        }
    }

    /// The result, when it is there.
    pub(super) fn get(&self) -> &T {
        self.result.get_or_init(|| {
            let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
            let done = thread.and_then(|thread| thread.join().ok());
            done.unwrap_or_else(|| (self.work)())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn work_is_done_once() {
        for is_started in [false, true] {
            let count = Arc::new(AtomicUsize::new(0));
            let counted = count.clone();
            let beside = Beside::new(move || counted.fetch_add(1, Ordering::SeqCst) + 1);
            if is_started {
                beside.start();
                beside.start();
            }
            assert_eq!((beside.get(), beside.get()), (&1, &1));
            beside.start();
            assert_eq!(count.load(Ordering::SeqCst), 1);
        }
    }
}
