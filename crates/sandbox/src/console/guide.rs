//! The guided path: what to do next, and whether the world shows that it was done.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_domain::order::OrderStatus;
use countersign_service::platform::Platform;
use countersign_store::queries::orders::{self, Listing};
use countersign_store::queries::{Key, authorizations};
use countersign_store::{ReadTx, StoreError};
use countersign_web::pages::GuideStep;
use countersign_web::paths;

use crate::world::World;

/// Whether authority was asked for and given, and whether an order was made and paid, in this order.
type Done = [bool; 4];

fn read(
    tx: &mut dyn ReadTx,
    (provider, merchant): (MerchantId, MerchantId),
    now: Timestamp,
) -> Result<Done, StoreError> {
    let mut any = |status| {
        let listing = Listing { status, ..Listing::of(merchant, now) };
        Ok::<_, StoreError>(!orders::keyed_page(tx, &listing, Key::Newest, 1)?.is_empty())
    };
    let (ordered, paid) = (any(None)?, any(Some(OrderStatus::Paid))?);
    let asked = authorizations::newest(tx, provider, merchant)?.is_some();
    let granted = authorizations::last_grant(tx, provider, merchant)?.is_some();
    Ok([asked, granted, ordered, paid])
}

fn step(done: bool, (title, text): (&str, &str), command: &str, link: Option<(&str, &str)>) -> GuideStep {
    GuideStep {
        title: title.to_owned(),
        text: text.to_owned(),
        command: command.to_owned(),
        link: link.map(|(text, href)| (text.to_owned(), href.to_owned())),
        done,
    }
}

fn number(text: &str) -> MerchantId {
    text.parse().expect("an enrolled merchant has a number")
}

/// The steps of the founding flow.
pub(super) async fn steps(platform: &Arc<Platform>, world: &World) -> Result<Vec<GuideStep>, StoreError> {
    let pair = (number(&world.provider.merchant_id), number(&world.merchant.merchant_id));
    let now = platform.business_now();
    let [asked, granted, ordered, paid] = platform.read("console_guide", move |tx, _| read(tx, pair, now)).await?;
    let ask = format!(
        "As {}, ask merchant {} for CHECKOUT. You get a review link.",
        world.provider.name, world.merchant.merchant_id
    );
    let agree = format!("Open the link as {}, read, and approve.", world.merchant.name);
    let body = "POST /binancepay/openapi/v3/order\n{\"BinancePay-technicalServiceProviderAuthId\": \"…\",\n \"merchantTradeNo\": \"order1\", …}";
    let pay = format!("Open the order's checkoutUrl as {}.", world.payer.name);
    Ok(vec![
        step(asked, ("Ask for authority", &ask), "", Some(("Add authorization", paths::AUTHORIZATION_ADD))),
        step(granted, ("Countersign it", &agree), "", Some(("Vendors with access", paths::VENDORS))),
        step(
            ordered,
            (
                "Create an order for the merchant",
                "Put the token into the body of the call. The order settles into the merchant's account.",
            ),
            body,
            None,
        ),
        step(paid, ("Pay it", &pay), "", Some(("Wallet", paths::WALLET))),
        step(
            false,
            ("Read the mail", "Everything that was mailed is in the mailbox."),
            "",
            Some(("Mailbox", paths::MAIL)),
        ),
        step(
            false,
            ("See it all at once", "The whole flow, step by step, on a sandbox of its own."),
            "countersign demo",
            None,
        ),
    ])
}
