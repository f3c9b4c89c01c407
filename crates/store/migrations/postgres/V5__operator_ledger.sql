-- The operator's side of money: keys of the operator's own systems, what entered and left through custody, frozen payers.
-- The same tables, columns and constraints stand in migrations/sqlite under the same number.

ALTER TABLE payers ADD COLUMN status TEXT COLLATE "C" NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'FROZEN'));

CREATE TABLE admin_keys (
    id            BIGINT NOT NULL PRIMARY KEY,
    admin_key     TEXT COLLATE "C" NOT NULL UNIQUE,
    name          TEXT COLLATE "C" NOT NULL,
    secret_sealed BYTEA NOT NULL,
    capabilities  BIGINT NOT NULL,
    addresses     TEXT COLLATE "C" NOT NULL,
    -- CURRENCY:PER_POSTING/PER_DAY, joined by commas; empty for none. Written once.
    limits        TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL,
    revoked_at    BIGINT
);

-- What a key with limits has posted on one UTC day of business time. A posting locks its row, so that two at once cannot both
-- take what is left of the day.
CREATE TABLE admin_key_days (
    admin_key_id BIGINT NOT NULL REFERENCES admin_keys (id),
    currency     TEXT COLLATE "C" NOT NULL,
    day          BIGINT NOT NULL,
    posted_minor BIGINT NOT NULL CHECK (posted_minor >= 0),
    PRIMARY KEY (admin_key_id, currency, day)
);

CREATE TABLE external_postings (
    -- The ledger transfer, which comes after: a reference is claimed before anything moves.
    transfer_id     BIGINT NOT NULL PRIMARY KEY,
    -- One reference moves money once, whoever races whom.
    reference       TEXT COLLATE "C" NOT NULL UNIQUE,
    kind            TEXT COLLATE "C" NOT NULL CHECK (kind IN ('DEPOSIT', 'WITHDRAWAL')),
    owner_kind      TEXT COLLATE "C" NOT NULL CHECK (owner_kind IN ('MERCHANT', 'PAYER')),
    owner_id        BIGINT NOT NULL,
    wallet          TEXT COLLATE "C" NOT NULL,
    currency        TEXT COLLATE "C" NOT NULL,
    amount_minor    BIGINT NOT NULL CHECK (amount_minor > 0),
    note            TEXT COLLATE "C",
    admin_key_id    BIGINT REFERENCES admin_keys (id),
    available_minor BIGINT NOT NULL,
    posted_at       BIGINT NOT NULL
);

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
