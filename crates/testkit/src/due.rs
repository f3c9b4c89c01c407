//! What the jobs do, at the moment at which a test says so.

use countersign_domain::Timestamp;
use countersign_domain::id::{OrderId, PayerId, RefundId};
use countersign_service::{Platform, authorizations, orders, refunds};
use countersign_store::{StoreError, WriteTx};

use crate::app::TestApp;

impl TestApp {
    /// Ends whose time is over, as the job does, and tells how many it ended.
    pub async fn expire_due(&self) -> i64 {
        let now = self.now();
        let mut ended = 0;
        for id in self.read(move |tx| authorizations::overdue(tx, now)).await {
            let expire = move |tx: &mut dyn WriteTx, platform: &Platform| authorizations::expire(tx, platform, id, now);
            ended += i64::from(self.platform().write("expire", expire).await.expect("what is overdue can end"));
        }
        for id in self.read(move |tx| orders::overdue(tx, now)).await {
            ended += i64::from(self.expire_order(id, now).await);
        }
        ended
    }

    /// Records the expiry of one order as of `now` and tells whether there was one to record.
    pub async fn expire_order(&self, id: OrderId, now: Timestamp) -> bool {
        let expire = move |tx: &mut dyn WriteTx, platform: &Platform| orders::expire(tx, platform, id, now);
        self.platform().write("order_expire", expire).await.expect("what is overdue can end")
    }

    /// Brings what is held for payers who are free again, as the job does, and tells how many refunds arrived.
    pub async fn release_refunds(&self) -> i64 {
        let now = self.now();
        let mut arrived = 0;
        for payer in self.read(move |tx| refunds::releases_due(tx, now)).await {
            arrived += self.release_to(payer, now).await;
        }
        arrived
    }

    async fn release_to(&self, payer: PayerId, now: Timestamp) -> i64 {
        let (mut arrived, mut some_failed) = (0, false);
        for id in self.read(move |tx| refunds::held_for(tx, payer, RefundId::new(i64::MIN))).await {
            let release = move |tx: &mut dyn WriteTx, platform: &Platform| refunds::release(tx, platform, id, now);
            match self.platform().write("refund_release", release).await {
                Ok(has_arrived) => arrived += i64::from(has_arrived),
                Err(_) => some_failed = true,
            }
        }
        let settle = move |tx: &mut dyn WriteTx, _: &Platform| refunds::settle_release(tx, payer, some_failed, now);
        let settled: Result<(), StoreError> = self.platform().write("refund_release_settle", settle).await;
        settled.expect("the database takes it");
        arrived
    }
}
