-- The operator's side of money: keys of the operator's own systems, what entered and left through custody, frozen payers.
-- The same tables, columns and constraints stand in migrations/postgres under the same number.

ALTER TABLE payers ADD COLUMN status TEXT NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'FROZEN'));

CREATE TABLE admin_keys (
    id            INTEGER NOT NULL PRIMARY KEY,
    admin_key     TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    capabilities  INTEGER NOT NULL,
    addresses     TEXT NOT NULL,
    -- CURRENCY:PER_POSTING/PER_DAY, joined by commas; empty for none. Written once.
    limits        TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    revoked_at    INTEGER
) STRICT;

-- What a key with limits has posted on one UTC day of business time. A posting locks its row, so that two at once cannot both
-- take what is left of the day.
CREATE TABLE admin_key_days (
    admin_key_id INTEGER NOT NULL REFERENCES admin_keys (id),
    currency     TEXT NOT NULL,
    day          INTEGER NOT NULL,
    posted_minor INTEGER NOT NULL CHECK (posted_minor >= 0),
    PRIMARY KEY (admin_key_id, currency, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE external_postings (
    -- The ledger transfer, which comes after: a reference is claimed before anything moves.
    transfer_id     INTEGER NOT NULL PRIMARY KEY,
    -- One reference moves money once, whoever races whom.
    reference       TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL CHECK (kind IN ('DEPOSIT', 'WITHDRAWAL')),
    owner_kind      TEXT NOT NULL CHECK (owner_kind IN ('MERCHANT', 'PAYER')),
    owner_id        INTEGER NOT NULL,
    wallet          TEXT NOT NULL,
    currency        TEXT NOT NULL,
    amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
    note            TEXT,
    admin_key_id    INTEGER REFERENCES admin_keys (id),
    available_minor INTEGER NOT NULL,
    posted_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX external_postings_by_key ON external_postings (admin_key_id, posted_at) WHERE admin_key_id IS NOT NULL;

-- What was deposited before references were kept.
INSERT INTO external_postings (transfer_id, reference, kind, owner_kind, owner_id, wallet, currency, amount_minor, note,
    admin_key_id, available_minor, posted_at)
SELECT t.id, 'deposit-' || CAST(t.id AS TEXT), 'DEPOSIT', a.owner_kind, a.owner_id, a.wallet, a.currency, p.amount_minor, NULL, NULL,
    (SELECT CAST(SUM(q.amount_minor) AS BIGINT) FROM ledger_postings q
     WHERE q.account_id = p.account_id AND q.part = 'AVAILABLE' AND q.transfer_id <= p.transfer_id),
    t.posted_at
FROM ledger_transfers t
JOIN ledger_postings p ON p.transfer_id = t.id
JOIN ledger_accounts a ON a.id = p.account_id
WHERE t.kind = 'DEPOSIT' AND a.owner_kind <> 'PLATFORM';
