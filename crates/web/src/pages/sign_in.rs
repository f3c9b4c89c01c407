//! Signing in, having signed out, and setting a password from a one-time link.

use askama::Template;

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

/// Where a one-time link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WelcomeState {
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
#[template(path = "pages/welcome.html")]
pub struct WelcomePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Whether the link may be used.
    pub state: WelcomeState,
    /// What is wrong with the password.
    pub password_error: Option<String>,
    /// What is wrong with its repetition.
    pub repeat_error: Option<String>,
    /// For the summary.
    pub problems: Vec<Problem>,
    /// The fewest characters a password has.
    pub password_min: usize,
}
