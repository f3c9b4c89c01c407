-- Who payers are, as identification found out. The same tables, columns and constraints stand in migrations/postgres under the
-- same number.

CREATE TABLE payer_identities (
    payer_id   INTEGER NOT NULL PRIMARY KEY REFERENCES payers (id),
    kind       TEXT NOT NULL CHECK (kind IN ('INDIVIDUAL', 'CORPORATE')),
    kyc        TEXT NOT NULL CHECK (kyc IN ('INCOMPLETE', 'COMPLETE')),
    -- Names, dates of birth and numbers of documents: personal data, as JSON that only the program reads.
    sealed     BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
