-- Looking after webhooks and mails. The same indexes, columns and constraints stand in migrations/sqlite under the same number.

-- What an endpoint did not get, however much its siblings missed meanwhile.
CREATE INDEX outbox_parked_by_endpoint ON outbox (merchant_id, endpoint_id, finished_at, created_at) WHERE state = 'PARKED';

-- The mailbox is read from its newest mail, past none of the webhooks between them.
CREATE INDEX outbox_mails ON outbox (id) WHERE channel = 'MAIL';

-- The operator disables endpoints too, and then only the operator enables them.
ALTER TABLE webhook_endpoints DROP CONSTRAINT webhook_endpoints_check;
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_check
    CHECK ((disabled_by IS NULL) = (disabled_at IS NULL) AND disabled_by IN ('OWNER', 'PLATFORM', 'OPERATOR')
           AND (disabled_by <> 'PLATFORM' OR failing_since IS NOT NULL));
