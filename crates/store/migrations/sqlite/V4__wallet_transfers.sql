-- Movements between a merchant's own wallets. The same tables, columns and constraints stand in migrations/postgres under the
-- same number.

CREATE TABLE wallet_transfers (
    -- What moved, and when, is the ledger transfer of kind WALLET_TRANSFER with this number as its reference.
    id               INTEGER NOT NULL PRIMARY KEY,
    merchant_id      INTEGER NOT NULL REFERENCES merchants (id),
    -- The merchant's own id for it.
    request_id       TEXT NOT NULL,
    api_key_id       INTEGER NOT NULL REFERENCES api_keys (id),
    -- Where a provider acted for the merchant.
    authorization_id INTEGER REFERENCES authorizations (id),
    direction        TEXT NOT NULL CHECK (direction IN ('TO_SPOT', 'TO_FUNDING')),
    currency         TEXT NOT NULL,
    amount_minor     INTEGER NOT NULL CHECK (amount_minor > 0),
    -- The amount's digits as they were sent: a repeat is answered with them.
    amount_sent      TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    -- A repeat finds the first, whoever races whom.
    UNIQUE (merchant_id, request_id)
) STRICT;
