//! Pages for what went wrong.

use askama::Template;

use crate::view::Chrome;

/// What went wrong, as far as the reader may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 404: nothing here, or nothing of yours; the two look the same.
    NotFound,
    /// 403: the form's token is missing, stale or another session's.
    FormExpired,
    /// 403: signed in, but this person may not do it.
    NotAllowed,
    /// 403: the page belongs to another account, and the reader may know that (own invitation mail, for one).
    WrongAccount,
    /// 405 or 400: the request makes no sense here.
    BadRequest,
    /// 429: too many tries.
    TooMany,
    /// 503: busy, try again.
    Busy,
    /// 500: our fault; the reference leads to the log line.
    Internal,
}

impl ErrorKind {
    /// The page's heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotFound => "There is nothing here",
            Self::FormExpired => "This form has expired",
            Self::NotAllowed => "You may not do this",
            Self::WrongAccount => "This belongs to another account",
            Self::BadRequest => "This request makes no sense here",
            Self::TooMany => "Too many tries",
            Self::Busy => "One moment, please",
            Self::Internal => "Something broke on our side",
        }
    }

    /// What happened and what to do.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotFound => "The address is mistyped, the page is gone, or it was never yours to see.",
            Self::FormExpired => {
                "You signed in again, or the page was open for too long. Nothing was changed. Go back, reload the page \
                 and send the form again."
            }
            Self::NotAllowed => "Your account is not allowed to do this. Ask the owner of the account.",
            Self::WrongAccount => "You are signed in with another account. Sign out, then sign in with the right one.",
            Self::BadRequest => "Nothing was changed. Go back and try again.",
            Self::TooMany => "Please wait a little before you try again.",
            Self::Busy => "The service is busy. Nothing was changed. Please try again in a few seconds.",
            Self::Internal => "Nothing was changed that you did not see confirmed. Please try again later.",
        }
    }
}

/// An error page.
#[derive(Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The request's id for a support question; empty for none.
    pub reference: String,
}
