//! Ending a running upload from outside: the future is dropped, and with it every request it holds.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::{Poll, Waker},
};

/// A bell that can be rung once per run.
#[derive(Clone, Default)]
pub struct Stopper(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    rung: bool,
    waker: Option<Waker>,
}

impl Stopper {
    pub fn stop(&self) {
        let mut state = self.0.borrow_mut();
        state.rung = true;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    /// Runs `work` until it ends by itself (`Some`) or the bell rings (`None`).
    pub async fn until_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.0.borrow_mut().rung = false;
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.0.borrow().rung {
                return Poll::Ready(None);
            }
            self.0.borrow_mut().waker = Some(context.waker().clone());
            work.as_mut().poll(context).map(Some)
        })
        .await
    }
}

/// One of several pieces of work that go on together.
pub type Lane<E> = Pin<Box<dyn Future<Output = Result<(), E>>>>;

/// Runs all lanes together; ends with the first error, dropping the others, or when all are done.
pub async fn all<E>(lanes: Vec<Lane<E>>) -> Result<(), E> {
    let mut open = lanes;
    poll_fn(move |context| {
        let mut i = 0;
        while let Some(lane) = open.get_mut(i) {
            match lane.as_mut().poll(context) {
                Poll::Ready(Ok(())) => drop(open.swap_remove(i)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => i += 1,
            }
        }
        if open.is_empty() { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::pending, task::Context};

    fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_rung_bell_ends_the_work_and_the_next_run_starts_fresh() {
        let stopper = Stopper::default();
        let bell = stopper.clone();
        assert_eq!(poll_once(stopper.until_stopped(async { bell.stop() })), Poll::Ready(Some(())));
        assert_eq!(poll_once(stopper.until_stopped(pending::<()>())), Poll::Pending);
        let mut work = pin!(stopper.until_stopped(pending::<()>()));
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(work.as_mut().poll(&mut context), Poll::Pending);
        bell.stop();
        assert_eq!(work.as_mut().poll(&mut context), Poll::Ready(None));
    }

    #[test]
    fn the_first_error_ends_all_lanes() {
        assert_eq!(poll_once(all::<u8>(vec![Box::pin(pending()), Box::pin(async { Err(7) })])), Poll::Ready(Err(7)));
        assert_eq!(poll_once(all::<u8>(vec![Box::pin(async { Ok(()) }), Box::pin(async { Ok(()) })])), Poll::Ready(Ok(())));
        assert_eq!(poll_once(all::<u8>(vec![])), Poll::Ready(Ok(())));
    }
}
