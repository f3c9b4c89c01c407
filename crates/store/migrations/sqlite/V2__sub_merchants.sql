-- Sub-merchants of channel partners. The same tables, columns and constraints stand in migrations/postgres under the same number.

CREATE TABLE sub_merchants (
    id         INTEGER NOT NULL PRIMARY KEY,
    partner_id INTEGER NOT NULL REFERENCES merchants (id),
    name       TEXT NOT NULL,
    -- The name as names are compared (decisions.md row 24).
    name_key   TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    -- What the partner says of it, as JSON that only the program reads.
    details    TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A name is one partner's once, whoever races whom.
CREATE UNIQUE INDEX sub_merchants_by_name ON sub_merchants (partner_id, name_key);
CREATE INDEX sub_merchants_by_partner ON sub_merchants (partner_id, id);
