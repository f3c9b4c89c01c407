-- Refunds that were held for frozen payers, and how they go on. The same tables, columns and constraints stand in
-- migrations/sqlite under the same number.

-- Payers whose accounts were unfrozen while refunds were held for them: until the job has brought every one of those.
CREATE TABLE refund_releases (
    payer_id BIGINT NOT NULL PRIMARY KEY REFERENCES payers (id),
    -- When the job is to look; later than now where it looked and could not bring them all.
    due_at   BIGINT NOT NULL
);

CREATE INDEX refund_releases_by_due ON refund_releases (due_at, payer_id);
-- What is held of a merchant's money, to prove its frozen part by.
CREATE INDEX refunds_held ON refunds (merchant_id, currency) WHERE state = 'PENDING';
