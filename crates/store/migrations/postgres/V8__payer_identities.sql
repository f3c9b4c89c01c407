-- Who payers are, as identification found out. The same tables, columns and constraints stand in migrations/sqlite under the
-- same number.

CREATE TABLE payer_identities (
    payer_id   BIGINT NOT NULL PRIMARY KEY REFERENCES payers (id),
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('INDIVIDUAL', 'CORPORATE')),
    kyc        TEXT COLLATE "C" NOT NULL CHECK (kyc IN ('INCOMPLETE', 'COMPLETE')),
    -- Names, dates of birth and numbers of documents: personal data, as JSON that only the program reads.
    sealed     BYTEA NOT NULL,
    updated_at BIGINT NOT NULL
);
