//! A channel partner: enrols the founding document's two sub-merchants and sells through them.

use anyhow::Context;
use countersign_client::wire::requests::SubMerchantWrite;
use countersign_client::{Item, OrderBuilder};

use super::actors::{Actors, CURRENCY};
use super::walk::Walk;

/// What each order of a sub-merchant costs.
const PRICE: &str = "0.01";

/// Founding document 004, "when merchant type is individual".
fn individual() -> SubMerchantWrite<'static> {
    SubMerchantWrite {
        merchant_name: "Individual".into(),
        merchant_type: Some(1),
        merchant_mcc: "5511".into(),
        country: Some("CN,US".into()),
        certificate_type: Some(1),
        certificate_country: Some("US".into()),
        certificate_number: Some("123456X".into()),
        certificate_valid_date: Some(1_752_422_400_000),
        contract_time_isv: Some(1_594_656_000_000),
        ..SubMerchantWrite::default()
    }
}

/// Founding document 004, "when merchant type is not individual".
fn sole_proprietor() -> SubMerchantWrite<'static> {
    SubMerchantWrite {
        merchant_name: "Sole Proprietor".into(),
        merchant_type: Some(2),
        merchant_mcc: "5511".into(),
        brand_logo: Some("logoUrlDemo".into()),
        country: Some("CN,US".into()),
        address: Some("store address demo".into()),
        company_name: Some("Sole Proprietor".into()),
        registration_number: Some("registration number demo".into()),
        registration_country: Some("US".into()),
        registration_address: Some("registration address demo".into()),
        incorporation_date: Some(1_588_262_400_000),
        store_type: Some(1),
        site_type: Some(2),
        site_url: Some("site url demo".into()),
        site_name: Some("site name demo".into()),
        contract_time_isv: Some(1_594_656_000_000),
        ..SubMerchantWrite::default()
    }
}

/// Enrols both, and creates an order for each.
pub(super) async fn walk_through(walk: &mut Walk<'_>, actors: &Actors) -> anyhow::Result<()> {
    walk.next("A channel partner enrols the founding document's two sub-merchants")?;
    let individual_id = walk.answered(actors.partner_client.sub_merchant_add(&individual()).await)?;
    let proprietor_id = walk.answered(actors.partner_client.sub_merchant_add(&sole_proprietor()).await)?;
    walk.holds("each has an id of its own", individual_id != proprietor_id)?;

    walk.next("A name is one partner's once")?;
    let shouted = SubMerchantWrite { merchant_name: " INDIVIDUAL ".into(), ..individual() };
    walk.refused(actors.partner_client.sub_merchant_add(&shouted).await, "400205")?;

    walk.next("The partner creates an order for each of them")?;
    order(walk, actors, ("order72383731", individual_id)).await?;
    order(walk, actors, ("order72383732", proprietor_id)).await?;

    walk.next("An order of a channel partner must say which sub-merchant sells")?;
    let nobodys = apple("order72383733").build().context("the order is a good one")?;
    walk.refused(actors.partner_client.create_order(&nobodys).await, "400100")
}

fn apple(merchant_trade_no: &'static str) -> OrderBuilder<'static> {
    let item = Item::physical("7876763A3B", "Green Apple").category("D000").detail("Green colored sweet apple");
    OrderBuilder::new(merchant_trade_no, item).price(PRICE, CURRENCY)
}

async fn order(walk: &mut Walk<'_>, actors: &Actors, (number, seller): (&'static str, i64)) -> anyhow::Result<()> {
    let order = apple(number).sub_merchant(seller.to_string()).build().context("the order is a good one")?;
    let created = walk.answered(actors.partner_client.create_order(&order).await)?;
    walk.equal("the amount is echoed as sent", &Some(PRICE), &created.total_fee.as_deref())
}
