-- The foundation: who there is, what they may do, orders, the ledger, the outbox and the audit chains.
-- The same tables, columns and constraints stand in migrations/postgres under the same number.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Written by the PostgreSQL engine alone, in the transaction of the effect: the answer of a command whose commit was ambiguous.
CREATE TABLE commands (
    id         BLOB NOT NULL PRIMARY KEY,
    operation  TEXT NOT NULL,
    answer     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX commands_by_age ON commands (created_at);

CREATE TABLE merchants (
    id             INTEGER NOT NULL PRIMARY KEY,
    kind           TEXT NOT NULL CHECK (kind IN ('PLAIN', 'PROVIDER', 'PARTNER')),
    name           TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('ACTIVE', 'FROZEN')),
    allowed_scopes INTEGER NOT NULL,
    fee_share_ppm  INTEGER NOT NULL CHECK (fee_share_ppm BETWEEN 0 AND 1000000),
    commission_ppm INTEGER NOT NULL CHECK (commission_ppm BETWEEN 0 AND 1000000),
    created_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE payers (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id              INTEGER NOT NULL PRIMARY KEY,
    email           TEXT NOT NULL UNIQUE,
    password_hash   TEXT,
    role            TEXT NOT NULL CHECK (role IN ('OWNER', 'PAYER', 'OPERATOR')),
    merchant_id     INTEGER REFERENCES merchants (id),
    payer_id        INTEGER REFERENCES payers (id),
    failed_sign_ins INTEGER NOT NULL,
    locked_until    INTEGER,
    created_at      INTEGER NOT NULL,
    CHECK ((role = 'OWNER') = (merchant_id IS NOT NULL)),
    CHECK ((role = 'PAYER') = (payer_id IS NOT NULL))
) STRICT;

CREATE INDEX users_by_merchant ON users (merchant_id);

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE welcome_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id            INTEGER NOT NULL PRIMARY KEY,
    merchant_id   INTEGER NOT NULL REFERENCES merchants (id),
    api_key       TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    scopes        INTEGER NOT NULL,
    addresses     TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    revoked_at    INTEGER
) STRICT;

CREATE INDEX api_keys_by_merchant ON api_keys (merchant_id, id);

CREATE TABLE authorizations (
    id                  INTEGER NOT NULL PRIMARY KEY,
    provider_id         INTEGER NOT NULL REFERENCES merchants (id),
    merchant_id         INTEGER NOT NULL REFERENCES merchants (id),
    changes_id          INTEGER REFERENCES authorizations (id),
    origin              TEXT NOT NULL CHECK (origin IN ('API', 'PORTAL')),
    -- A change request has no token of its own: it shows the one of the grant that it changes.
    token_hash          BLOB UNIQUE,
    token_sealed        BLOB,
    requested_scopes    INTEGER NOT NULL,
    requested_addresses TEXT NOT NULL,
    expires_at          INTEGER NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('PENDING', 'AUTHORIZED', 'FROZEN', 'DISABLED', 'REJECTED', 'APPLIED', 'EXPIRED')),
    expiry_reason       TEXT CHECK (expiry_reason IN ('DEADLINE', 'SUPERSEDED', 'CANCELLED', 'GRANT_ENDED')),
    granted_scopes      INTEGER,
    granted_addresses   TEXT,
    order_limits        TEXT,
    ends_at             INTEGER,
    created_at          INTEGER NOT NULL,
    decided_at          INTEGER,
    decided_by          INTEGER REFERENCES users (id),
    changed_at          INTEGER NOT NULL,
    revision            INTEGER NOT NULL,
    CHECK ((changes_id IS NULL) = (token_hash IS NOT NULL)),
    CHECK ((token_hash IS NULL) = (token_sealed IS NULL)),
    CHECK ((state = 'EXPIRED') = (expiry_reason IS NOT NULL)),
    CHECK ((state IN ('AUTHORIZED', 'FROZEN', 'DISABLED') OR (state = 'EXPIRED' AND expiry_reason = 'GRANT_ENDED')) = (granted_scopes IS NOT NULL)),
    CHECK (provider_id <> merchant_id)
) STRICT;

-- One open request and one living grant per pair, whoever races whom.
CREATE UNIQUE INDEX authorizations_one_pending ON authorizations (provider_id, merchant_id) WHERE state = 'PENDING';
CREATE UNIQUE INDEX authorizations_one_grant ON authorizations (provider_id, merchant_id) WHERE state IN ('AUTHORIZED', 'FROZEN');
CREATE INDEX authorizations_by_provider ON authorizations (provider_id, id);
CREATE INDEX authorizations_by_merchant ON authorizations (merchant_id, id);
CREATE INDEX authorizations_by_deadline ON authorizations (expires_at) WHERE state = 'PENDING';
CREATE INDEX authorizations_by_end ON authorizations (ends_at) WHERE ends_at IS NOT NULL;

CREATE TABLE blocked_providers (
    merchant_id INTEGER NOT NULL REFERENCES merchants (id),
    provider_id INTEGER NOT NULL REFERENCES merchants (id),
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, provider_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id                INTEGER NOT NULL PRIMARY KEY,
    merchant_id       INTEGER NOT NULL REFERENCES merchants (id),
    merchant_trade_no TEXT NOT NULL,
    provider_id       INTEGER,
    authorization_id  INTEGER,
    api_key_id        INTEGER NOT NULL,
    sub_merchant_id   INTEGER,
    -- OR, not IN: SQLite would build a temporary index of a longer list for every row that is inserted.
    state             TEXT NOT NULL CHECK (state = 'INITIAL' OR state = 'PENDING' OR state = 'PAID' OR state = 'CANCELED'
                                           OR state = 'EXPIRED' OR state = 'ERROR'),
    currency          TEXT NOT NULL,
    amount_minor      INTEGER NOT NULL CHECK (amount_minor > 0),
    terminal          TEXT NOT NULL,
    checkout_token    TEXT NOT NULL UNIQUE,
    product_type      TEXT NOT NULL,
    product_name      TEXT NOT NULL,
    details           TEXT NOT NULL,
    -- Everything on the bill, as JSON that only the program reads; NULL where nothing is named.
    goods             TEXT,
    webhook_url       TEXT,
    return_url        TEXT,
    cancel_url        TEXT,
    pass_through_info TEXT,
    -- Codes with commas between them; NULL: every currency that can be converted.
    pay_currencies    TEXT,
    fiat_currency     TEXT,
    fiat_amount       TEXT,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    -- When it was closed, its expiry was recorded or its payment failed.
    ended_at          INTEGER,
    failure           TEXT,
    -- The price that a payer confirmed, while the order is PENDING.
    offer_id          INTEGER,
    offer_payer_id    INTEGER,
    offer_currency    TEXT,
    offer_minor       INTEGER,
    offer_price       TEXT,
    offer_until       INTEGER,
    -- Set together when the order is paid.
    transfer_id       INTEGER,
    payer_id          INTEGER,
    open_user_id      TEXT,
    paid_at           INTEGER,
    paid_currency     TEXT,
    paid_minor        INTEGER,
    paid_price        TEXT,
    commission_minor  INTEGER,
    share_minor       INTEGER,
    payer_detail      TEXT,
    -- What has gone back, from the first refund on.
    refunded_minor             INTEGER CHECK (refunded_minor BETWEEN 0 AND amount_minor),
    refunded_commission_minor  INTEGER CHECK (refunded_commission_minor BETWEEN 0 AND commission_minor),
    refunded_share_minor       INTEGER CHECK (refunded_share_minor BETWEEN 0 AND share_minor),
    refunds_accepted           INTEGER CHECK (refunds_accepted BETWEEN 0 AND 10),
    refunds_under_way          INTEGER CHECK (refunds_under_way BETWEEN 0 AND refunds_accepted),
    UNIQUE (merchant_id, merchant_trade_no),
    CHECK ((provider_id IS NULL) = (authorization_id IS NULL)),
    CHECK ((fiat_currency IS NULL) = (fiat_amount IS NULL)),
    CHECK ((state = 'CANCELED' OR state = 'EXPIRED' OR state = 'ERROR') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ERROR') = (failure IS NOT NULL)),
    CHECK (state <> 'PENDING' OR offer_until IS NOT NULL),
    CHECK ((state = 'PAID') = (transfer_id IS NOT NULL)),
    CHECK ((transfer_id IS NULL) = (payer_id IS NULL)),
    CHECK ((transfer_id IS NULL) = (paid_at IS NULL)),
    CHECK ((transfer_id IS NULL) = (commission_minor IS NULL)),
    CHECK ((transfer_id IS NULL) = (refunded_minor IS NULL))
) STRICT;

CREATE INDEX orders_open_by_expiry ON orders (expires_at) WHERE transfer_id IS NULL AND ended_at IS NULL;

CREATE TABLE ledger_accounts (
    id              INTEGER NOT NULL PRIMARY KEY,
    owner_kind      TEXT NOT NULL CHECK (owner_kind IN ('MERCHANT', 'PAYER', 'PLATFORM')),
    owner_id        INTEGER NOT NULL,
    wallet          TEXT NOT NULL,
    currency        TEXT NOT NULL,
    -- Platform accounts keep no running balance here: everybody's postings would meet on one row. Theirs is a sum.
    available_minor INTEGER NOT NULL CHECK (available_minor >= 0),
    frozen_minor    INTEGER NOT NULL CHECK (frozen_minor >= 0),
    updated_at      INTEGER NOT NULL,
    UNIQUE (owner_kind, owner_id, wallet, currency)
) STRICT;

CREATE TABLE ledger_transfers (
    id        INTEGER NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    reference INTEGER NOT NULL,
    posted_at INTEGER NOT NULL,
    -- One cause moves money once.
    UNIQUE (kind, reference)
) STRICT;

CREATE TABLE ledger_postings (
    transfer_id  INTEGER NOT NULL REFERENCES ledger_transfers (id),
    sequence     INTEGER NOT NULL,
    account_id   INTEGER NOT NULL REFERENCES ledger_accounts (id),
    part         TEXT NOT NULL CHECK (part IN ('AVAILABLE', 'FROZEN')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (transfer_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_postings_by_account ON ledger_postings (account_id, transfer_id);

CREATE TABLE webhook_endpoints (
    id          INTEGER NOT NULL PRIMARY KEY,
    merchant_id INTEGER NOT NULL REFERENCES merchants (id),
    url         TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (merchant_id, url)
) STRICT;

CREATE TABLE outbox (
    id              INTEGER NOT NULL PRIMARY KEY,
    channel         TEXT NOT NULL CHECK (channel IN ('WEBHOOK', 'MAIL')),
    -- The merchant in whose log the message stands.
    merchant_id     INTEGER NOT NULL,
    -- The URL or the mail address.
    destination     TEXT NOT NULL,
    event_kind      TEXT NOT NULL,
    event_status    TEXT NOT NULL,
    subject         INTEGER NOT NULL,
    event           TEXT NOT NULL,
    -- The rendered bytes, kept from the first try on; sealed where they carry a secret.
    body            BLOB,
    body_sealed     INTEGER NOT NULL CHECK (body_sealed IN (0, 1)),
    -- OR as in orders.
    state           TEXT NOT NULL CHECK (state = 'PENDING' OR state = 'DELIVERED' OR state = 'PARKED'),
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    leased_until    INTEGER NOT NULL,
    last_status     INTEGER,
    last_error      TEXT,
    created_at      INTEGER NOT NULL,
    finished_at     INTEGER
) STRICT;

CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE state = 'PENDING';
CREATE INDEX outbox_by_merchant ON outbox (merchant_id, id);

CREATE TABLE delivery_attempts (
    outbox_id   INTEGER NOT NULL REFERENCES outbox (id),
    attempt     INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status      INTEGER,
    error       TEXT,
    PRIMARY KEY (outbox_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_heads (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
    owner_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    detail   TEXT NOT NULL,
    hash     BLOB NOT NULL,
    PRIMARY KEY (owner_id, sequence)
) STRICT, WITHOUT ROWID;
