//! How much is in the database: equal before and after means that nothing was written.

use std::fmt;

use countersign_store::{ReadTx, Statement, StoreError};

macro_rules! tables {
    ($($table:ident: $sum:literal;)*) => {
        /// Every table with an expression over its rows that changes when rows do.
        static TABLES: &[(&str, Statement)] = &[
            $((stringify!($table), Statement {
                name: concat!("footprint_", stringify!($table)),
                sql: concat!("SELECT COUNT(*), CAST(COALESCE(SUM(", $sum, "), 0) AS BIGINT) FROM ", stringify!($table)),
            }),)*
        ];
    };
}

// The sums are over what is updated in place; where nothing is, the count alone tells.
tables! {
    admin_key_days: "posted_minor % 1000003";
    admin_keys: "CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END";
    api_keys: "CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END";
    audit: "0";
    audit_heads: "sequence";
    authorizations: "revision";
    blocked_providers: "0";
    commands: "0";
    commission_schedules: "rate_ppm + minimum_minor % 1000003 + COALESCE(cap_minor % 1000003 + 1, 0)";
    delivery_attempts: "0";
    external_postings: "available_minor % 1000003";
    ledger_accounts: "available_minor % 1000003 + frozen_minor % 1000003";
    ledger_postings: "0";
    ledger_transfers: "0";
    merchants: "allowed_scopes + fee_share_ppm + commission_ppm + CASE WHEN status = 'FROZEN' THEN 1000003 ELSE 0 END";
    meta: "0";
    orders: "CASE WHEN state = 'INITIAL' THEN 0 ELSE 1 END + COALESCE(offer_id % 1000003, 0) + COALESCE(held_since % 1000003, 0)";
    outbox: "attempts + round_before + CASE WHEN state = 'PENDING' THEN 0 ELSE 1000003 END";
    password_resets: "CASE WHEN used_at IS NULL THEN 0 ELSE 1 END";
    payer_identities: "CASE WHEN kyc = 'COMPLETE' THEN 1 ELSE 0 END + updated_at % 1000003";
    payers: "CASE WHEN status = 'FROZEN' THEN 1 ELSE 0 END";
    refund_releases: "due_at % 1000003";
    refunds: "CASE WHEN state = 'PENDING' THEN 0 ELSE 1 END";
    refusals: "sequence";
    sessions: "0";
    sign_in_devices: "seen_at % 1000003";
    sub_merchants: "revision + CASE WHEN status = 'SUSPENDED' THEN 1000003 ELSE 0 END";
    users: "failed_sign_ins";
    wallet_transfers: "0";
    webhook_endpoints: "LENGTH(url) + LENGTH(description) + LENGTH(events) + tells_closed + COALESCE(failing_since % 1000003, 0)
        + COALESCE(disabled_at % 1000003, 0)";
    welcome_links: "CASE WHEN used_at IS NULL THEN 0 ELSE 1 END";
}

/// Rows and sums per table, on one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint(Vec<(&'static str, i64, i64)>);

impl Footprint {
    /// Takes it.
    pub fn take(tx: &mut dyn ReadTx) -> Result<Self, StoreError> {
        let rows = TABLES.iter().map(|(table, statement)| {
            let row = tx.query_one(statement, &[])?;
            Ok((*table, row.int(0)?, row.int(1)?))
        });
        Ok(Self(rows.collect::<Result<_, StoreError>>()?))
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> i64 {
        let found = self.0.iter().find(|(name, _, _)| *name == table);
        found.unwrap_or_else(|| panic!("there is no table {table}")).1
    }

    /// Asserts that rows of `table` changed since `self` was taken, and that it has as many as before; `what` says by whom.
    #[track_caller]
    pub fn assert_changed(&self, after: &Self, table: &str, what: impl fmt::Display) {
        let of = |footprint: &Self| footprint.0.iter().find(|(name, _, _)| *name == table).copied();
        let (before, after) = (of(self).expect("a known table"), of(after).expect("a known table"));
        assert_eq!(before.1, after.1, "{what}: rows of {table}");
        assert_ne!(before.2, after.2, "{what} changed nothing in {table}");
    }

    /// Asserts that nothing was written since `self` was taken; `what` says by whom.
    #[track_caller]
    pub fn assert_same(&self, after: &Self, what: impl fmt::Display) {
        self.assert_same_but(after, &[], what);
    }

    /// Asserts that nothing was written since `self` was taken, but perhaps to `tables`; `what` says by whom.
    #[track_caller]
    pub fn assert_same_but(&self, after: &Self, tables: &[&str], what: impl fmt::Display) {
        let differing: Vec<_> = self.0.iter().zip(&after.0).filter(|(before, after)| before != after).collect();
        let differing: Vec<_> = differing.into_iter().filter(|(before, _)| !tables.contains(&before.0)).collect();
        assert!(differing.is_empty(), "{what} wrote something: (table, rows, sum) before and after: {differing:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn every_table_of_the_migrations_is_counted() {
        let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/migrations/sqlite");
        let mut found = Vec::new();
        for file in std::fs::read_dir(migrations).expect("the migrations are there") {
            let text = std::fs::read_to_string(file.expect("a file").path()).expect("a readable file");
            let names = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next());
            // A table that is made anew has another name until it takes the place of the old one.
            let renamed = |name: &&str| text.contains(&format!("ALTER TABLE {name} RENAME TO "));
            found.extend(names.filter(|name| !renamed(name)).map(str::to_owned));
        }
        assert!(!found.is_empty());
        for name in found {
            assert!(
                TABLES.iter().any(|(table, _)| *table == name),
                "table {name} is not counted: add it to `tables!` in testkit/src/footprint.rs, with a sum over the columns that are updated in place"
            );
        }
    }
}
