-- What guards the way in: the devices on which people signed in, and links to set a new password.
-- The same tables, columns and constraints stand in migrations/sqlite under the same number.

CREATE TABLE sign_in_devices (
    user_id    BIGINT NOT NULL REFERENCES users (id),
    -- Of the person and the browser's cookie together: one browser that two people use is two devices.
    token_hash BYTEA NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (user_id, token_hash)
);

CREATE TABLE password_resets (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    -- A row stays until then, used or not: so many are there as were asked for within one lifetime.
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE INDEX password_resets_by_user ON password_resets (user_id, expires_at);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);
