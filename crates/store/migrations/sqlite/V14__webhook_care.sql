-- Looking after webhooks and mails. The same indexes, columns and constraints stand in migrations/postgres under the same number.

-- What an endpoint did not get, however much its siblings missed meanwhile.
CREATE INDEX outbox_parked_by_endpoint ON outbox (merchant_id, endpoint_id, finished_at, created_at) WHERE state = 'PARKED';
