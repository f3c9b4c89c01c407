//! Why a signed call did not get as far as its act.

use std::net::IpAddr;

use http::Method;

use crate::signed::BodyFault;

/// A call that was refused before its act. `Display` is fit for the operator's eyes.
#[derive(Debug, thiserror::Error)]
pub enum CallRefused {
    /// No such path.
    #[error("there is no such path")]
    UnknownPath,
    /// The path is not called like this; holds the methods that it takes.
    #[error("this path takes {list}", list = .0.iter().map(Method::as_str).collect::<Vec<_>>().join(" and "))]
    Method(&'static [Method]),
    /// A query, which no signature would cover.
    #[error("calls have no query; everything goes into the body")]
    Query,
    /// A body that does not say what it is.
    #[error("the Content-Type of a body must be application/json, with any parameters")]
    MediaType,
    /// More body than any call needs.
    #[error("the body is too large")]
    BodyTooLarge,
    /// A body that did not arrive as a whole, or not in time.
    #[error("the body did not arrive as a whole")]
    BodyIncomplete,
    /// A header is missing, there twice, or of the wrong shape.
    #[error("the header {name} {rule}")]
    Header {
        /// Its name.
        name: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// Nobody has this key.
    #[error("no admin key like this one is known here")]
    UnknownKey,
    /// The key was revoked.
    #[error("the admin key was revoked")]
    RevokedKey,
    /// The timestamp is not of now.
    #[error(
        "the timestamp is {behind_ms} ms behind the server's wall clock (negative: ahead); at most {window_ms} ms are allowed"
    )]
    Window {
        /// By how much it lies behind.
        behind_ms: i64,
        /// How much is allowed, either way.
        window_ms: i64,
    },
    /// The call waited longer than the window: an earlier one like it may be forgotten.
    #[error("the server took longer over this call than the time window allows; nothing was done, try again")]
    Waited,
    /// The signature is none, or of something else; holds what it must be.
    #[error("{0}")]
    Signature(String),
    /// The very call was accepted before.
    #[error("this very call was accepted before; sign each try anew with a fresh timestamp and nonce")]
    Replayed,
    /// More calls within the window than can be told apart.
    #[error("more calls came within the time window than can be told apart; try again in a moment")]
    TooManyCalls,
    /// The key may not be used from there.
    #[error("the key's address list does not hold {0}")]
    AddressNotListed(IpAddr),
    /// The call was given up.
    #[error(
        "the call took too long and was given up; its effect may still have happened: repeat it with the same reference"
    )]
    TimedOut,
    /// A fault of ours; holds what the log gets to know.
    #[error("the server failed: {0}")]
    Failed(&'static str),
}

impl From<BodyFault> for CallRefused {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooLarge => Self::BodyTooLarge,
            BodyFault::Late | BodyFault::BrokeOff => Self::BodyIncomplete,
        }
    }
}
