//! Damage that is planted in a database, found by `countersign check`, and taken back.

use countersign_service::check::Finding;
use countersign_store::{Statement, StoreError};
use countersign_testkit::TestApp;

/// What is planted, how it is taken back, and what must be said of it.
pub(crate) struct Damage {
    pub(crate) plant: Statement,
    pub(crate) mend: Statement,
    pub(crate) found: &'static str,
}

/// A table of damages: statements that plant and mend, and what is found.
macro_rules! damages {
    ($name:ident: $($plant:literal, $mend:literal => $found:literal;)+) => {
        static $name: &[crate::damage::Damage] = &[$(crate::damage::Damage {
            plant: countersign_store::Statement { name: "plant", sql: $plant },
            mend: countersign_store::Statement { name: "mend", sql: $mend },
            found: $found,
        }),+];
    };
}

pub(crate) use damages;

async fn run(app: &TestApp, statement: &'static Statement) {
    let done =
        app.platform().store.write("test", app.platform().command_id(), move |tx| tx.execute(statement, &[])).await;
    let done: Result<u64, StoreError> = done;
    assert!(done.expect("the damage can be done") > 0, "{} changes nothing", statement.sql);
}

/// Does each damage, asserts that it is found and named so, and mends it.
pub(crate) async fn hold(app: &TestApp, damages: &'static [Damage]) {
    for damage in damages {
        run(app, &damage.plant).await;
        let findings = app.check().await.findings;
        let named = |finding: &Finding| finding.what.contains(damage.found);
        assert!(findings.iter().any(named), "{}: '{}' is not in {findings:?}", damage.plant.sql, damage.found);
        run(app, &damage.mend).await;
        assert_eq!(app.check().await.findings, [], "{} mends", damage.mend.sql);
    }
}
