-- What the platform takes of payments, per merchant and currency; a currency without a row has the merchant's own rate
-- (merchants.commission_ppm). The same tables, columns and constraints stand in migrations/sqlite under the same number.

CREATE TABLE commission_schedules (
    merchant_id   BIGINT NOT NULL REFERENCES merchants (id),
    currency      TEXT COLLATE "C" NOT NULL,
    rate_ppm      BIGINT NOT NULL CHECK (rate_ppm BETWEEN 0 AND 1000000),
    minimum_minor BIGINT NOT NULL CHECK (minimum_minor >= 0),
    cap_minor     BIGINT CHECK (cap_minor >= minimum_minor),
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, currency)
);
