//! The console itself.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use countersign_web::failure::Failure;
use countersign_web::pages::{ActorCard, ConsolePage};
use countersign_web::session::{Visitor, csrf_token};
use countersign_web::view::Moment;
use countersign_web::{paths, render};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::{Console, gate, guide, mail};
use crate::control;
use crate::world::{MerchantActor, World};

/// The one-time link's secret.
#[derive(Deserialize)]
pub(super) struct Link {
    token: Option<String>,
}

fn merchant(key: &str, (role, purpose): (&str, &str), actor: &MerchantActor) -> ActorCard {
    ActorCard {
        key: key.to_owned(),
        role: role.to_owned(),
        purpose: purpose.to_owned(),
        name: actor.name.clone(),
        id_name: "Merchant ID".to_owned(),
        id: actor.merchant_id.clone(),
        api_key: actor.api_key.clone(),
        api_secret: actor.api_secret.clone(),
        email: actor.email.clone(),
        password: actor.password.clone(),
    }
}

fn cards(world: &World) -> Vec<ActorCard> {
    let (payer, operator) = (&world.payer, &world.operator);
    vec![
        merchant(
            "provider",
            ("Technical service provider", "Asks merchants for authority and calls for them."),
            &world.provider,
        ),
        merchant("merchant", ("Merchant", "Decides who acts for it, and is paid."), &world.merchant),
        merchant("partner", ("Channel partner", "Enrols sub-merchants."), &world.partner),
        ActorCard {
            key: "payer".to_owned(),
            role: "Payer".to_owned(),
            purpose: "Pays orders from a full wallet.".to_owned(),
            name: payer.name.clone(),
            id_name: "Binance ID".to_owned(),
            id: payer.binance_id.clone(),
            api_key: String::new(),
            api_secret: String::new(),
            email: payer.email.clone(),
            password: payer.password.clone(),
        },
        ActorCard {
            key: "operator".to_owned(),
            role: "Operator".to_owned(),
            purpose: "Runs the network.".to_owned(),
            name: "Operator".to_owned(),
            id_name: String::new(),
            id: String::new(),
            api_key: String::new(),
            api_secret: String::new(),
            email: operator.email.clone(),
            password: operator.password.clone(),
        },
    ]
}

/// The page; with the right token in the address the browser is let in first.
pub(super) async fn show(
    State(console): State<Console>,
    Query(link): Query<Link>,
    headers: HeaderMap,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let pass = gate::opened(&console, &headers);
    if let Some(token) = link.token {
        // The secret leaves the address bar either way.
        let mut response = render::see_other(paths::CONSOLE).expect("our own path can stand in a header");
        if let (None, Some(cookie)) = (pass, gate::open(&console, &token)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        return Ok(response);
    }
    let parts = &console.parts;
    let mut chrome = visitor.plain_chrome();
    if let (None, Some(pass)) = (&visitor.reader, pass) {
        chrome.csrf = csrf_token(&parts.platform, pass);
    }
    let is_open = pass.is_some();
    let (business, wall) = (parts.platform.business_now(), parts.platform.wall_now());
    let page = ConsolePage {
        chrome,
        api_base_url: parts.base_url.clone(),
        control_url: format!("{}{}", parts.base_url, control::PREFIX),
        control_token: if is_open { parts.control_token.expose_secret().to_owned() } else { String::new() },
        actors: if is_open { cards(&parts.world) } else { Vec::new() },
        steps: guide::steps(&parts.platform, &parts.world).await?,
        now: Moment::at(business.ms(), wall.ms()),
        mail_count: u32::try_from(mail::count(&parts.platform).await?).unwrap_or(u32::MAX),
    };
    Ok(render::page(StatusCode::OK, &page)?)
}
