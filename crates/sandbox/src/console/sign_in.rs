//! *Sign in as*: a session for a seeded actor, without its password, for the browser that opened the one-time link.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::Response;
use countersign_crypto::constant_time_eq;
use countersign_service::sign_in::{self, SignInError};
use countersign_store::StoreError;
use countersign_web::failure::Failure;
use countersign_web::forms::ConsoleSignInForm;
use countersign_web::pages::ErrorKind;
use countersign_web::session::{self, Visitor, csrf_matches, read_fields};
use countersign_web::{paths, render};

use super::{Console, gate};
use crate::world::World;

fn email_of(world: &World, actor: &str) -> Option<String> {
    match actor {
        "provider" => Some(world.provider.email.clone()),
        "merchant" => Some(world.merchant.email.clone()),
        "partner" => Some(world.partner.email.clone()),
        "payer" => Some(world.payer.email.clone()),
        "operator" => Some(world.operator.email.clone()),
        _ => None,
    }
}

/// Begins the session and leads to the actor's start page.
pub(super) async fn submit(
    State(console): State<Console>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Failure> {
    let parts = &console.parts;
    let Some(pass) = gate::opened(&console, request.headers()).map(str::to_owned) else {
        return Err(Failure::page(ErrorKind::NotAllowed));
    };
    let form = read_fields(request, &parts.web).await?;
    // The page carries the token of the session where there is one, else that of the console's cookie.
    let of_session = visitor.reader.map(|reader| reader.plain_chrome().csrf);
    let fits_session = of_session.is_some_and(|token| constant_time_eq(token.as_bytes(), form.csrf().as_bytes()));
    if !fits_session && !csrf_matches(&parts.platform, &pass, form.csrf()) {
        return Err(Failure::page(ErrorKind::FormExpired));
    }
    let email = email_of(&parts.world, &ConsoleSignInForm::read(&form).actor);
    let email = email.ok_or(Failure::page(ErrorKind::BadRequest))?;
    let found = parts.platform.read("account_by_email", move |tx, _| sign_in::account(tx, &email)).await;
    let account = found.map_err(|error: StoreError| Failure::from(error))?;
    let user = account.ok_or(Failure::page(ErrorKind::NotFound))?.user.id;
    let cookie = session::begin(&parts.web, user).await.map_err(|error| match error {
        SignInError::Locked => Failure::page(ErrorKind::TooMany),
        SignInError::Store(error) => error.into(),
        error => Failure::internal(error),
    })?;
    let mut response = render::see_other(paths::HOME).expect("our own path can stand in a header");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
