-- Refunds of paid orders. The same tables, columns and constraints stand in migrations/sqlite under the same number.

CREATE TABLE refunds (
    id                        BIGINT NOT NULL PRIMARY KEY,
    merchant_id               BIGINT NOT NULL,
    request_id                TEXT COLLATE "C" NOT NULL,
    order_id                  BIGINT NOT NULL REFERENCES orders (id),
    payer_id                  BIGINT NOT NULL,
    payer_open_id             TEXT COLLATE "C" NOT NULL,
    provider_id               BIGINT,
    authorization_id          BIGINT,
    api_key_id                BIGINT NOT NULL,
    currency                  TEXT COLLATE "C" NOT NULL,
    -- As it was asked for, to tell a repeat from another refund under the same number.
    asked_minor               BIGINT NOT NULL,
    reason                    TEXT COLLATE "C",
    webhook_url               TEXT COLLATE "C",
    -- What it comes to, as it was answered.
    amount_minor              BIGINT NOT NULL CHECK (amount_minor > 0),
    commission_minor          BIGINT NOT NULL CHECK (commission_minor BETWEEN 0 AND amount_minor),
    share_minor               BIGINT NOT NULL CHECK (share_minor BETWEEN 0 AND commission_minor),
    refunded_minor            BIGINT NOT NULL CHECK (refunded_minor >= amount_minor),
    refunded_commission_minor BIGINT NOT NULL CHECK (refunded_commission_minor >= commission_minor),
    attempts_left             BIGINT NOT NULL CHECK (attempts_left BETWEEN 0 AND 9),
    accepted_at               BIGINT NOT NULL,
    state                     TEXT COLLATE "C" NOT NULL CHECK (state IN ('PENDING', 'SUCCEEDED')),
    -- The transfer that holds the money, where the payer could not have it at once.
    hold_id                   BIGINT,
    -- The transfer that brought it to the payer, and when.
    transfer_id               BIGINT,
    arrived_at                BIGINT,
    UNIQUE (merchant_id, request_id),
    -- Two refunds never are the same attempt on one order, whoever races whom.
    UNIQUE (order_id, attempts_left),
    CHECK ((provider_id IS NULL) = (authorization_id IS NULL)),
    CHECK ((state = 'SUCCEEDED') = (transfer_id IS NOT NULL)),
    CHECK ((transfer_id IS NULL) = (arrived_at IS NULL)),
    CHECK (state <> 'PENDING' OR hold_id IS NOT NULL)
);

CREATE INDEX refunds_pending ON refunds (payer_id, id) WHERE state = 'PENDING';
