//! The whole application in process, for tests.
//!
//! [`TestApp`] starts the platform and the merchant API on a database of its own, with clocks that the test moves and
//! randomness that is the same each time. What happens is done by typed actors: [`Provider`], [`Merchant`], [`Partner`],
//! [`Payer`], [`Operator`], [`System`], [`Anon`]. When the app goes, every proof of `countersign check` must hold.
//!
//! ```no_run
//! use countersign_domain::Scope;
//! use countersign_testkit::on_both_engines;
//! use serde_json::json;
//!
//! on_both_engines! {
//!     async fn a_provider_sees_the_merchants_balance(app: TestApp) {
//!         let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
//!         let authority = app.grant(&provider, &merchant, &[Scope::Balance]).await;
//!         let call = provider.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"})).on_behalf(authority.token);
//!         call.await.data();
//!     }
//! }
//! # fn main() {}
//! ```

mod actors;
mod app;
mod bodies;
mod call;
mod clock;
mod consent;
mod database;
mod due;
mod endpoints;
mod entropy;
mod footprint;
mod node;
mod ordered;
mod rates;
mod sink;
mod system;
mod system_call;
mod world;

pub use actors::{Anon, HoldsMoney, Merchant, Operator, Partner, Payer, Provider, begin_session};
pub use app::{BASE_URL, REFUSED_HOST, START, Setup, TestApp, only_from, run};
pub use bodies::{endless, stalled};
pub use call::{Answer, Call, Credentials, HOME_ADDRESS};
pub use clock::ManualClock;
pub use consent::{Authority, Terms};
pub use countersign_store::Engine;
pub use database::{POSTGRES_VARIABLE, TestDatabase};
pub use entropy::SeededEntropy;
pub use footprint::Footprint;
pub use node::Node;
pub use ordered::Ordered;
pub use rates::rate_table;
pub use sink::{Delivery, SinkAnswer, WebhookSink};
pub use system::{System, SystemRights};
pub use system_call::{SystemAnswer, SystemCall};
pub use world::World;

/// Makes a test for each engine of one body: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            #[expect(unused_imports, reason = "what a test's body needs is not known here")]
            use super::*;

            async fn body($app: $crate::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, body);
            }
        }
    )+};
}
