//! Home: a merchant's dashboard; others are led to what is theirs.

use axum::extract::State;
use countersign_domain::ledger::Owner;
use countersign_domain::merchant::{Merchant, MerchantKind};
use countersign_service::webhook_endpoints;
use countersign_store::StoreError;
use countersign_store::queries::Key;
use countersign_store::queries::orders::{self, Listing};

use super::Answer;
use super::helpers::ok;
use crate::describe::{balances, endpoint_trouble, order_line, pending_requests};
use crate::failure::redirect;
use crate::pages::{DashboardPage, QuickLink};
use crate::paths;
use crate::session::{Party, Reader};
use crate::state::WebState;
use crate::view::Place;

/// Orders on the dashboard.
const ORDERS_SHOWN: i64 = 5;

const fn kind(merchant: &Merchant) -> &'static str {
    match merchant.kind {
        MerchantKind::Plain => "Merchant",
        MerchantKind::Provider { .. } => "Technical service provider",
        MerchantKind::Partner => "Channel partner",
    }
}

fn links(merchant: &Merchant) -> Vec<QuickLink> {
    let link = |text: &str, hint: &str, href: &str, icon| QuickLink {
        text: text.to_owned(),
        hint: hint.to_owned(),
        href: href.to_owned(),
        icon,
    };
    let mut links = vec![
        link("API keys", "Generate a key for your shop", paths::API_KEYS, "key"),
        link("Webhooks", "Hear about payments at once", paths::WEBHOOKS, "bolt"),
        link("Vendors with access", "See who acts for you", paths::VENDORS, "handshake"),
    ];
    let first = match merchant.kind {
        MerchantKind::Plain => None,
        MerchantKind::Provider { .. } => {
            Some(link("Technical vendor", "Ask merchants for authority", paths::AUTHORIZATIONS, "pen"))
        }
        MerchantKind::Partner => {
            Some(link("Sub-merchant accounts", "See who sells through you", paths::SUB_MERCHANTS, "shop"))
        }
    };
    links.splice(0..0, first);
    links
}

/// The start page of whoever is signed in.
pub(crate) async fn home(State(state): State<WebState>, reader: Reader) -> Answer {
    let merchant = match &reader.party {
        Party::Merchant(merchant) => merchant.clone(),
        Party::Payer { .. } => return Ok(redirect(paths::WALLET)),
        Party::Operator => return Ok(redirect(paths::TRIAL_BALANCE)),
    };
    let (id, now) = (merchant.id, state.platform().business_now());
    let rates = state.platform().rates_now().ok();
    let (wallets, pending, orders, troubled) = state
        .platform()
        .read("dashboard", move |tx, _| {
            let wallets = balances(tx, Owner::Merchant(id), rates.as_deref())?;
            let pending = pending_requests(tx, id, now)?;
            let newest = orders::keyed_page(tx, &Listing::of(id, now), Key::Newest, ORDERS_SHOWN)?;
            let lines = newest.iter().map(|order| order_line(tx, order, now)).collect::<Result<Vec<_>, _>>()?;
            let troubled = webhook_endpoints::troubled(tx, id)?;
            Ok::<_, StoreError>((wallets, pending, lines, troubled))
        })
        .await?;
    ok(&DashboardPage {
        chrome: reader.chrome(Some(Place::Home)),
        merchant_id: id.to_string(),
        kind: kind(&merchant).to_owned(),
        links: links(&merchant),
        merchant_name: merchant.name,
        wallets,
        troubles: troubled.iter().filter_map(|endpoint| endpoint_trouble(endpoint, now)).collect(),
        pending,
        orders,
    })
}
