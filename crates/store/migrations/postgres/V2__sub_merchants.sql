-- Sub-merchants of channel partners. The same tables, columns and constraints stand in migrations/sqlite under the same number.

CREATE TABLE sub_merchants (
    id         BIGINT NOT NULL PRIMARY KEY,
    partner_id BIGINT NOT NULL REFERENCES merchants (id),
    name       TEXT COLLATE "C" NOT NULL,
    -- The name as names are compared (decisions.md row 24).
    name_key   TEXT COLLATE "C" NOT NULL,
    status     TEXT COLLATE "C" NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    -- What the partner says of it, as JSON that only the program reads.
    details    TEXT COLLATE "C" NOT NULL,
    revision   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- A name is one partner's once, whoever races whom.
CREATE UNIQUE INDEX sub_merchants_by_name ON sub_merchants (partner_id, name_key);
CREATE INDEX sub_merchants_by_partner ON sub_merchants (partner_id, id);
