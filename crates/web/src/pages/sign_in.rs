//! Signing in, having signed out, and setting a password from a one-time link.

use askama::Template;

use crate::paths;
use crate::view::{Chrome, Problem, TextField};

/// Sign-in form. The same refusal is shown for an unknown address and a wrong password: the page must not tell who has an account.
#[derive(Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage {
    /// What surrounds the page; no user, no menu.
    pub chrome: Chrome,
    /// The address typed before.
    pub email: TextField,
    /// What is wrong, for the summary.
    pub problems: Vec<Problem>,
    /// `in 10 minutes` when too many tries locked the form; the fields stay usable for another account.
    pub locked_until: Option<String>,
    /// Where to go afterwards: one of our own paths, or empty.
    pub next: String,
    /// Why signing in is needed (`Sign in to review the request of a provider.`); empty for none.
    pub reason: String,
}

/// After signing out.
#[derive(Template)]
#[template(path = "pages/signed_out.html")]
pub struct SignedOutPage {
    /// What surrounds the page.
    pub chrome: Chrome,
}

/// Asking for a link to set a new password. The answer is one for every address: the page must not tell who has an account.
#[derive(Template)]
#[template(path = "pages/forgot_password.html")]
pub struct ForgotPasswordPage {
    /// What surrounds the page; no user, no menu.
    pub chrome: Chrome,
    /// The address typed before.
    pub email: TextField,
    /// What is wrong, for the summary.
    pub problems: Vec<Problem>,
    /// Whether there can be a mail at all.
    pub mails_leave: bool,
}

/// After asking for a link.
#[derive(Template)]
#[template(path = "pages/link_sent.html")]
pub struct LinkSentPage {
    /// What surrounds the page.
    pub chrome: Chrome,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The first password of an invitation; signs in at once.
    First,
    /// A new password in the place of a forgotten one.
    Reset,
}

impl Purpose {
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::First => "Set your password",
            Self::Reset => "Set a new password",
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::First => paths::WELCOME,
            Self::Reset => paths::RESET_PASSWORD,
        }
    }

    pub(crate) const fn button(self) -> &'static str {
        match self {
            Self::First => "Set password and sign in",
            Self::Reset => "Set the new password",
        }
    }
}

/// Where a one-time link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Usable: the form is shown.
    Open {
        /// The account's name.
        account: String,
        /// Whose password is set.
        email: String,
        /// The link's secret, sent back hidden.
        token: String,
    },
    /// Used, expired or never made: one and the same page.
    Unusable,
}

/// Setting a password from a one-time link.
#[derive(Template)]
#[template(path = "pages/set_password.html")]
pub struct SetPasswordPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// What the link is for.
    pub purpose: Purpose,
    /// Whether the link may be used.
    pub state: LinkState,
    /// What is wrong with the password.
    pub password_error: Option<String>,
    /// What is wrong with its repetition.
    pub repeat_error: Option<String>,
    /// For the summary.
    pub problems: Vec<Problem>,
    /// The fewest characters a password has.
    pub password_min: usize,
}
