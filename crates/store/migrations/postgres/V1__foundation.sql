-- The foundation: who there is, what they may do, orders, the ledger, the outbox and the audit chains.
-- The same tables, columns and constraints stand in migrations/sqlite under the same number.

CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- Written by the PostgreSQL engine alone, in the transaction of the effect: the answer of a command whose commit was ambiguous.
CREATE TABLE commands (
    id         BYTEA NOT NULL PRIMARY KEY,
    operation  TEXT COLLATE "C" NOT NULL,
    answer     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX commands_by_age ON commands (created_at);

CREATE TABLE merchants (
    id             BIGINT NOT NULL PRIMARY KEY,
    kind           TEXT COLLATE "C" NOT NULL CHECK (kind IN ('PLAIN', 'PROVIDER', 'PARTNER')),
    name           TEXT COLLATE "C" NOT NULL,
    status         TEXT COLLATE "C" NOT NULL CHECK (status IN ('ACTIVE', 'FROZEN')),
    allowed_scopes BIGINT NOT NULL,
    fee_share_ppm  BIGINT NOT NULL CHECK (fee_share_ppm BETWEEN 0 AND 1000000),
    commission_ppm BIGINT NOT NULL CHECK (commission_ppm BETWEEN 0 AND 1000000),
    created_at     BIGINT NOT NULL
);

CREATE TABLE payers (
    id         BIGINT NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id              BIGINT NOT NULL PRIMARY KEY,
    email           TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash   TEXT COLLATE "C",
    role            TEXT COLLATE "C" NOT NULL CHECK (role IN ('OWNER', 'PAYER', 'OPERATOR')),
    merchant_id     BIGINT REFERENCES merchants (id),
    payer_id        BIGINT REFERENCES payers (id),
    failed_sign_ins BIGINT NOT NULL,
    locked_until    BIGINT,
    created_at      BIGINT NOT NULL,
    CHECK ((role = 'OWNER') = (merchant_id IS NOT NULL)),
    CHECK ((role = 'PAYER') = (payer_id IS NOT NULL))
);

CREATE INDEX users_by_merchant ON users (merchant_id);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE welcome_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE TABLE api_keys (
    id            BIGINT NOT NULL PRIMARY KEY,
    merchant_id   BIGINT NOT NULL REFERENCES merchants (id),
    api_key       TEXT COLLATE "C" NOT NULL UNIQUE,
    name          TEXT COLLATE "C" NOT NULL,
    secret_sealed BYTEA NOT NULL,
    scopes        BIGINT NOT NULL,
    addresses     TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL,
    revoked_at    BIGINT
);

CREATE INDEX api_keys_by_merchant ON api_keys (merchant_id, id);

CREATE TABLE authorizations (
    id                  BIGINT NOT NULL PRIMARY KEY,
    provider_id         BIGINT NOT NULL REFERENCES merchants (id),
    merchant_id         BIGINT NOT NULL REFERENCES merchants (id),
    changes_id          BIGINT REFERENCES authorizations (id),
    origin              TEXT COLLATE "C" NOT NULL CHECK (origin IN ('API', 'PORTAL')),
    -- A change request has no token of its own: it shows the one of the grant that it changes.
    token_hash          BYTEA UNIQUE,
    token_sealed        BYTEA,
    requested_scopes    BIGINT NOT NULL,
    requested_addresses TEXT COLLATE "C" NOT NULL,
    expires_at          BIGINT NOT NULL,
    state               TEXT COLLATE "C" NOT NULL CHECK (state IN ('PENDING', 'AUTHORIZED', 'FROZEN', 'DISABLED', 'REJECTED', 'APPLIED', 'EXPIRED')),
    expiry_reason       TEXT COLLATE "C" CHECK (expiry_reason IN ('DEADLINE', 'SUPERSEDED', 'CANCELLED', 'GRANT_ENDED')),
    granted_scopes      BIGINT,
    granted_addresses   TEXT COLLATE "C",
    order_limits        TEXT COLLATE "C",
    ends_at             BIGINT,
    created_at          BIGINT NOT NULL,
    decided_at          BIGINT,
    decided_by          BIGINT REFERENCES users (id),
    changed_at          BIGINT NOT NULL,
    revision            BIGINT NOT NULL,
    CHECK ((changes_id IS NULL) = (token_hash IS NOT NULL)),
    CHECK ((token_hash IS NULL) = (token_sealed IS NULL)),
    CHECK ((state = 'EXPIRED') = (expiry_reason IS NOT NULL)),
    CHECK ((state IN ('AUTHORIZED', 'FROZEN', 'DISABLED') OR (state = 'EXPIRED' AND expiry_reason = 'GRANT_ENDED')) = (granted_scopes IS NOT NULL)),
    CHECK (provider_id <> merchant_id)
);

-- One open request and one living grant per pair, whoever races whom.
CREATE UNIQUE INDEX authorizations_one_pending ON authorizations (provider_id, merchant_id) WHERE state = 'PENDING';
CREATE UNIQUE INDEX authorizations_one_grant ON authorizations (provider_id, merchant_id) WHERE state IN ('AUTHORIZED', 'FROZEN');
CREATE INDEX authorizations_by_provider ON authorizations (provider_id, id);
CREATE INDEX authorizations_by_merchant ON authorizations (merchant_id, id);
CREATE INDEX authorizations_by_deadline ON authorizations (expires_at) WHERE state = 'PENDING';
CREATE INDEX authorizations_by_end ON authorizations (ends_at) WHERE ends_at IS NOT NULL;

CREATE TABLE blocked_providers (
    merchant_id BIGINT NOT NULL REFERENCES merchants (id),
    provider_id BIGINT NOT NULL REFERENCES merchants (id),
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, provider_id)
);

CREATE TABLE orders (
    id                BIGINT NOT NULL PRIMARY KEY,
    merchant_id       BIGINT NOT NULL REFERENCES merchants (id),
    merchant_trade_no TEXT COLLATE "C" NOT NULL,
    provider_id       BIGINT,
    authorization_id  BIGINT,
    api_key_id        BIGINT NOT NULL,
    sub_merchant_id   BIGINT,
    -- OR, not IN: SQLite would build a temporary index of a longer list for every row that is inserted.
    state             TEXT COLLATE "C" NOT NULL CHECK (state = 'INITIAL' OR state = 'PENDING' OR state = 'PAID' OR state = 'CANCELED'
                                           OR state = 'EXPIRED' OR state = 'ERROR'),
    currency          TEXT COLLATE "C" NOT NULL,
    amount_minor      BIGINT NOT NULL CHECK (amount_minor > 0),
    terminal          TEXT COLLATE "C" NOT NULL,
    checkout_token    TEXT COLLATE "C" NOT NULL UNIQUE,
    product_type      TEXT COLLATE "C" NOT NULL,
    product_name      TEXT COLLATE "C" NOT NULL,
    details           TEXT COLLATE "C" NOT NULL,
    -- Everything on the bill, as JSON that only the program reads; NULL where nothing is named.
    goods             TEXT COLLATE "C",
    webhook_url       TEXT COLLATE "C",
    return_url        TEXT COLLATE "C",
    cancel_url        TEXT COLLATE "C",
    pass_through_info TEXT COLLATE "C",
    -- Codes with commas between them; NULL: every currency that can be converted.
    pay_currencies    TEXT COLLATE "C",
    fiat_currency     TEXT COLLATE "C",
    fiat_amount       TEXT COLLATE "C",
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    -- When it was closed, its expiry was recorded or its payment failed.
    ended_at          BIGINT,
    failure           TEXT COLLATE "C",
    -- The price that a payer confirmed, while the order is PENDING.
    offer_id          BIGINT,
    offer_payer_id    BIGINT,
    offer_currency    TEXT COLLATE "C",
    offer_minor       BIGINT,
    offer_price       TEXT COLLATE "C",
    offer_until       BIGINT,
    -- Set together when the order is paid.
    transfer_id       BIGINT,
    payer_id          BIGINT,
    open_user_id      TEXT COLLATE "C",
    paid_at           BIGINT,
    paid_currency     TEXT COLLATE "C",
    paid_minor        BIGINT,
    paid_price        TEXT COLLATE "C",
    commission_minor  BIGINT,
    share_minor       BIGINT,
    payer_detail      TEXT COLLATE "C",
    -- What has gone back, from the first refund on.
    refunded_minor             BIGINT CHECK (refunded_minor BETWEEN 0 AND amount_minor),
    refunded_commission_minor  BIGINT CHECK (refunded_commission_minor BETWEEN 0 AND commission_minor),
    refunded_share_minor       BIGINT CHECK (refunded_share_minor BETWEEN 0 AND share_minor),
    refunds_accepted           BIGINT CHECK (refunds_accepted BETWEEN 0 AND 10),
    refunds_under_way          BIGINT CHECK (refunds_under_way BETWEEN 0 AND refunds_accepted),
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
);

CREATE INDEX orders_open_by_expiry ON orders (expires_at) WHERE transfer_id IS NULL AND ended_at IS NULL;

CREATE TABLE ledger_accounts (
    id              BIGINT NOT NULL PRIMARY KEY,
    owner_kind      TEXT COLLATE "C" NOT NULL CHECK (owner_kind IN ('MERCHANT', 'PAYER', 'PLATFORM')),
    owner_id        BIGINT NOT NULL,
    wallet          TEXT COLLATE "C" NOT NULL,
    currency        TEXT COLLATE "C" NOT NULL,
    -- Platform accounts keep no running balance here: everybody's postings would meet on one row. Theirs is a sum.
    available_minor BIGINT NOT NULL CHECK (available_minor >= 0),
    frozen_minor    BIGINT NOT NULL CHECK (frozen_minor >= 0),
    updated_at      BIGINT NOT NULL,
    UNIQUE (owner_kind, owner_id, wallet, currency)
);

CREATE TABLE ledger_transfers (
    id        BIGINT NOT NULL PRIMARY KEY,
    kind      TEXT COLLATE "C" NOT NULL,
    reference BIGINT NOT NULL,
    posted_at BIGINT NOT NULL,
    -- One cause moves money once.
    UNIQUE (kind, reference)
);

CREATE TABLE ledger_postings (
    transfer_id  BIGINT NOT NULL REFERENCES ledger_transfers (id),
    sequence     BIGINT NOT NULL,
    account_id   BIGINT NOT NULL REFERENCES ledger_accounts (id),
    part         TEXT COLLATE "C" NOT NULL CHECK (part IN ('AVAILABLE', 'FROZEN')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (transfer_id, sequence)
);

CREATE INDEX ledger_postings_by_account ON ledger_postings (account_id, transfer_id);

CREATE TABLE webhook_endpoints (
    id          BIGINT NOT NULL PRIMARY KEY,
    merchant_id BIGINT NOT NULL REFERENCES merchants (id),
    url         TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (merchant_id, url)
);

CREATE TABLE outbox (
    id              BIGINT NOT NULL PRIMARY KEY,
    channel         TEXT COLLATE "C" NOT NULL CHECK (channel IN ('WEBHOOK', 'MAIL')),
    -- The merchant in whose log the message stands.
    merchant_id     BIGINT NOT NULL,
    -- The URL or the mail address.
    destination     TEXT COLLATE "C" NOT NULL,
    event_kind      TEXT COLLATE "C" NOT NULL,
    event_status    TEXT COLLATE "C" NOT NULL,
    subject         BIGINT NOT NULL,
    event           TEXT COLLATE "C" NOT NULL,
    -- The rendered bytes, kept from the first try on; sealed where they carry a secret.
    body            BYTEA,
    body_sealed     BIGINT NOT NULL CHECK (body_sealed IN (0, 1)),
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('PENDING', 'DELIVERED', 'PARKED')),
    attempts        BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    leased_until    BIGINT NOT NULL,
    last_status     BIGINT,
    last_error      TEXT COLLATE "C",
    created_at      BIGINT NOT NULL,
    finished_at     BIGINT
);

CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE state = 'PENDING';
CREATE INDEX outbox_by_merchant ON outbox (merchant_id, id);

CREATE TABLE delivery_attempts (
    outbox_id   BIGINT NOT NULL REFERENCES outbox (id),
    attempt     BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status      BIGINT,
    error       TEXT COLLATE "C",
    PRIMARY KEY (outbox_id, attempt)
);

CREATE TABLE audit_heads (
    owner_id BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash     BYTEA NOT NULL
);

CREATE TABLE audit (
    owner_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL,
    action   TEXT COLLATE "C" NOT NULL,
    detail   TEXT COLLATE "C" NOT NULL,
    hash     BYTEA NOT NULL,
    PRIMARY KEY (owner_id, sequence)
);
