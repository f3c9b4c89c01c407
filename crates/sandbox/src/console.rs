//! The sandbox's own pages: the console on `/` and the mailbox on `/sandbox/mail`.
//!
//! The console shows keys and passwords to whoever opened the one-time link that the sandbox printed on standard error;
//! everybody else sees the guide. The mailbox is open to whoever reaches it, but for mails with a link that grants something:
//! those are for whoever may see passwords as well.

mod gate;
mod guide;
mod home;
mod mail;
mod sign_in;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};
use countersign_service::platform::Platform;
use countersign_web::{WebState, paths};
use secrecy::SecretString;

use crate::world::World;

pub use mail::{KeptMail, mailbox};

/// What the console needs.
#[derive(Clone)]
pub struct ConsoleState {
    /// The pages' state.
    pub web: WebState,
    /// The platform.
    pub platform: Arc<Platform>,
    /// The actors.
    pub world: Arc<World>,
    /// Of the control API.
    pub control_token: Arc<SecretString>,
    /// The base of every page, without a slash at its end.
    pub base_url: String,
    /// Of the console's link.
    pub console_token: Arc<SecretString>,
}

/// The same with what is remembered while the process runs.
#[derive(Clone)]
struct Console {
    parts: ConsoleState,
    link_used: Arc<AtomicBool>,
}

impl FromRef<Console> for WebState {
    fn from_ref(console: &Console) -> Self {
        console.parts.web.clone()
    }
}

/// The console and the mailbox.
pub fn router(state: ConsoleState) -> Router {
    let web = state.web.clone();
    let console = Console { parts: state, link_used: Arc::new(AtomicBool::new(false)) };
    let pages = Router::new()
        .route(paths::CONSOLE, get(home::show))
        .route(paths::CONSOLE_SIGN_IN, post(sign_in::submit))
        .route(paths::MAIL, get(mail::list))
        .route("/sandbox/mail/{id}", get(mail::message))
        .route(paths::OLD_MAIL, get(mail::moved))
        .route("/mail/{id}", get(mail::message_moved))
        .with_state(console.clone());
    // Outside the frame, whose policy would take a mail's own style away.
    let parts = Router::new().route("/sandbox/mail/{id}/html", get(mail::html)).with_state(console);
    countersign_web::framed(pages, web).merge(parts)
}
