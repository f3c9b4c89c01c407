-- Looking after webhooks and mails. The same indexes, columns and constraints stand in migrations/postgres under the same number.

-- What an endpoint did not get, however much its siblings missed meanwhile.
CREATE INDEX outbox_parked_by_endpoint ON outbox (merchant_id, endpoint_id, finished_at, created_at) WHERE state = 'PARKED';

-- The mailbox is read from its newest mail, past none of the webhooks between them.
CREATE INDEX outbox_mails ON outbox (id) WHERE channel = 'MAIL';

-- The operator disables endpoints too, and then only the operator enables them. A constraint cannot be changed here: the table is
-- made anew.
CREATE TABLE webhook_endpoints_anew (
    id            INTEGER NOT NULL PRIMARY KEY,
    merchant_id   INTEGER NOT NULL REFERENCES merchants (id),
    url           TEXT NOT NULL,
    description   TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    -- Names of kinds with commas between them; empty: all.
    events        TEXT NOT NULL DEFAULT '',
    -- Whether it is told of orders that ended without a payment.
    tells_closed  INTEGER NOT NULL DEFAULT 1 CHECK (tells_closed IN (0, 1)),
    -- When the first failed try since the last success ended.
    failing_since INTEGER,
    disabled_at   INTEGER,
    disabled_by   TEXT
        CHECK ((disabled_by IS NULL) = (disabled_at IS NULL) AND disabled_by IN ('OWNER', 'PLATFORM', 'OPERATOR')
               AND (disabled_by <> 'PLATFORM' OR failing_since IS NOT NULL)),
    UNIQUE (merchant_id, url)
) STRICT;

INSERT INTO webhook_endpoints_anew (id, merchant_id, url, description, created_at, events, tells_closed, failing_since, disabled_at, disabled_by)
    SELECT id, merchant_id, url, description, created_at, events, tells_closed, failing_since, disabled_at, disabled_by FROM webhook_endpoints;
DROP TABLE webhook_endpoints;
ALTER TABLE webhook_endpoints_anew RENAME TO webhook_endpoints;
