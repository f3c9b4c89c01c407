-- Refused calls of known keys, for their owners: few per key, and no money. The same tables, columns and constraints stand in
-- migrations/postgres under the same number.

CREATE TABLE refusals (
    api_key_id  INTEGER NOT NULL REFERENCES api_keys (id),
    -- Counted up for each key.
    sequence    INTEGER NOT NULL,
    merchant_id INTEGER NOT NULL REFERENCES merchants (id),
    path        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    code        TEXT NOT NULL,
    explanation TEXT NOT NULL,
    source      TEXT NOT NULL,
    address     TEXT NOT NULL,
    -- How long the body was; NULL where the call was refused before its body was read.
    body_length INTEGER,
    -- Headers, query and body: they may hold personal data, tokens, and secrets sent by mistake.
    sealed      BLOB NOT NULL,
    PRIMARY KEY (api_key_id, sequence)
) STRICT;
