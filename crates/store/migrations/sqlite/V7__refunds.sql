-- Refunds of paid orders. The same tables, columns and constraints stand in migrations/postgres under the same number.

CREATE TABLE refunds (
    id                        INTEGER NOT NULL PRIMARY KEY,
    merchant_id               INTEGER NOT NULL,
    request_id                TEXT NOT NULL,
    order_id                  INTEGER NOT NULL REFERENCES orders (id),
    payer_id                  INTEGER NOT NULL,
    payer_open_id             TEXT NOT NULL,
    provider_id               INTEGER,
    authorization_id          INTEGER,
    api_key_id                INTEGER NOT NULL,
    currency                  TEXT NOT NULL,
    -- As it was asked for, to tell a repeat from another refund under the same number.
    asked_minor               INTEGER NOT NULL,
    reason                    TEXT,
    webhook_url               TEXT,
    -- What it comes to, as it was answered.
    amount_minor              INTEGER NOT NULL CHECK (amount_minor > 0),
    commission_minor          INTEGER NOT NULL CHECK (commission_minor BETWEEN 0 AND amount_minor),
    share_minor               INTEGER NOT NULL CHECK (share_minor BETWEEN 0 AND commission_minor),
    refunded_minor            INTEGER NOT NULL CHECK (refunded_minor >= amount_minor),
    refunded_commission_minor INTEGER NOT NULL CHECK (refunded_commission_minor >= commission_minor),
    attempts_left             INTEGER NOT NULL CHECK (attempts_left BETWEEN 0 AND 9),
    accepted_at               INTEGER NOT NULL,
    state                     TEXT NOT NULL CHECK (state IN ('PENDING', 'SUCCEEDED')),
    -- The transfer that holds the money, where the payer could not have it at once.
    hold_id                   INTEGER,
    -- The transfer that brought it to the payer, and when.
    transfer_id               INTEGER,
    arrived_at                INTEGER,
    UNIQUE (merchant_id, request_id),
    -- Two refunds never are the same attempt on one order, whoever races whom.
    UNIQUE (order_id, attempts_left),
    CHECK ((provider_id IS NULL) = (authorization_id IS NULL)),
    CHECK ((state = 'SUCCEEDED') = (transfer_id IS NOT NULL)),
    CHECK ((transfer_id IS NULL) = (arrived_at IS NULL)),
    CHECK (state <> 'PENDING' OR hold_id IS NOT NULL)
) STRICT;

CREATE INDEX refunds_pending ON refunds (payer_id, id) WHERE state = 'PENDING';
