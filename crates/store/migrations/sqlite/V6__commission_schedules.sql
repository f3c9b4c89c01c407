-- What the platform takes of payments, per merchant and currency; a currency without a row has the merchant's own rate
-- (merchants.commission_ppm). The same tables, columns and constraints stand in migrations/postgres under the same number.

CREATE TABLE commission_schedules (
    merchant_id   INTEGER NOT NULL REFERENCES merchants (id),
    currency      TEXT NOT NULL,
    rate_ppm      INTEGER NOT NULL CHECK (rate_ppm BETWEEN 0 AND 1000000),
    minimum_minor INTEGER NOT NULL CHECK (minimum_minor >= 0),
    cap_minor     INTEGER CHECK (cap_minor >= minimum_minor),
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, currency)
) STRICT, WITHOUT ROWID;
