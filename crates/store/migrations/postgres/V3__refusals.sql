-- Refused calls of known keys, for their owners: few per key, and no money. The same tables, columns and constraints stand in
-- migrations/sqlite under the same number.

CREATE TABLE refusals (
    api_key_id  BIGINT NOT NULL REFERENCES api_keys (id),
    -- Counted up for each key.
    sequence    BIGINT NOT NULL,
    merchant_id BIGINT NOT NULL REFERENCES merchants (id),
    path        TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL,
    code        TEXT COLLATE "C" NOT NULL,
    explanation TEXT COLLATE "C" NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    address     TEXT COLLATE "C" NOT NULL,
    -- How long the body was; NULL where the call was refused before its body was read.
    body_length BIGINT,
    -- Headers, query and body: they may hold personal data, tokens, and secrets sent by mistake.
    sealed      BYTEA NOT NULL,
    PRIMARY KEY (api_key_id, sequence)
);
