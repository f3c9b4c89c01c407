-- Movements between a merchant's own wallets. The same tables, columns and constraints stand in migrations/sqlite under the
-- same number.

CREATE TABLE wallet_transfers (
    -- What moved, and when, is the ledger transfer of kind WALLET_TRANSFER with this number as its reference.
    id               BIGINT NOT NULL PRIMARY KEY,
    merchant_id      BIGINT NOT NULL REFERENCES merchants (id),
    -- The merchant's own id for it.
    request_id       TEXT COLLATE "C" NOT NULL,
    api_key_id       BIGINT NOT NULL REFERENCES api_keys (id),
    -- Where a provider acted for the merchant.
    authorization_id BIGINT REFERENCES authorizations (id),
    direction        TEXT COLLATE "C" NOT NULL CHECK (direction IN ('TO_SPOT', 'TO_FUNDING')),
    currency         TEXT COLLATE "C" NOT NULL,
    amount_minor     BIGINT NOT NULL CHECK (amount_minor > 0),
    -- The amount's digits as they were sent: a repeat is answered with them.
    amount_sent      TEXT COLLATE "C" NOT NULL,
    created_at       BIGINT NOT NULL,
    -- A repeat finds the first, whoever races whom.
    UNIQUE (merchant_id, request_id)
);
