//! A merchant takes its authority back while the provider works with it.

use countersign_testkit::TestApp;

use super::{by_code, order};
use crate::stage::{GRANTED, Stage};

const RACERS: usize = 12;

/// Each call is before or after the withdrawal; after its answer none gets through.
pub(super) async fn a_token_disabled_while_its_orders_are_created(app: TestApp, rounds: u32) {
    let mut stage = Stage::set(app).await;
    let mut created = 0;
    for round in 0..rounds {
        let token = stage.authority.token.clone();
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..RACERS {
            let body = order(&format!("o{round}x{racer}"), 1);
            racers.spawn(stage.provider.call("/v3/order", body).on_behalf(token.as_str()).send());
        }
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        stage.merchant.disable(stage.authority.id).await.expect("it is in force");
        let late = order(&format!("o{round}late"), 1);
        stage.provider.call("/v3/order", late).on_behalf(token.as_str()).await.refused("400203");
        let answers = racers.join_all().await;
        let codes = by_code(&answers);
        let through = codes.get("000000").copied().unwrap_or(0);
        assert_eq!(through + codes.get("400203").copied().unwrap_or(0), RACERS, "round {round}: {codes:?}");
        created += through;
        let rows = usize::try_from(stage.app.footprint().await.rows("orders")).expect("a few orders");
        assert_eq!(rows, created, "round {round}: what was answered is what is there");
        stage.authority = stage.app.grant(&stage.provider, &stage.merchant, &GRANTED).await;
    }
}
