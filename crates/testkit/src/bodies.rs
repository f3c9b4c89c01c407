//! Bodies that do not end, for timeouts and bounds.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::Frame;

/// A body of white space without an end.
pub fn endless() -> Body {
    Body::new(Endless)
}

struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 4096])))))
    }
}

/// A body that begins with these bytes and then waits for ever: a client that went slow.
pub fn stalled(begin: &'static [u8]) -> Body {
    Body::new(Stalled(Some(begin)))
}

struct Stalled(Option<&'static [u8]>);

impl http_body::Body for Stalled {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.0.take().filter(|begin| !begin.is_empty()) {
            Some(begin) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(begin))))),
            // Nobody wakes this task through the body: only a timeout ends it.
            None => Poll::Pending,
        }
    }
}
