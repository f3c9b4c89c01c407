-- What a merchant's people see and do with its orders. The same tables, columns and constraints stand in migrations/postgres
-- under the same number.

-- When a payer confirmed the price; it stays when the order is paid.
ALTER TABLE orders ADD COLUMN confirmed_at INTEGER;
-- Who closed it: a key, or a person in the portal.
ALTER TABLE orders ADD COLUMN closed_by_key_id INTEGER CHECK (closed_by_key_id IS NULL OR state = 'CANCELED');
ALTER TABLE orders ADD COLUMN closed_by_user_id INTEGER
    CHECK (closed_by_user_id IS NULL OR (state = 'CANCELED' AND closed_by_key_id IS NULL));

-- Pages of a merchant's orders: one read per state, merged, so that rare states are found as fast as common ones. Creating an
-- order touches the first of these alone; the others take it in once it is paid or ended.
CREATE INDEX orders_by_state ON orders (merchant_id, state, id);
CREATE INDEX orders_by_provider ON orders (merchant_id, provider_id, state, id) WHERE provider_id IS NOT NULL AND state <> 'INITIAL';
CREATE INDEX orders_by_sub_merchant ON orders (merchant_id, sub_merchant_id, state, id) WHERE sub_merchant_id IS NOT NULL AND state <> 'INITIAL';
CREATE INDEX orders_refunded ON orders (merchant_id, state, id) WHERE refunds_accepted > 0;
CREATE INDEX orders_refunding ON orders (merchant_id, state, id) WHERE refunds_under_way > 0;

-- What was told about one thing.
CREATE INDEX outbox_by_subject ON outbox (merchant_id, subject, id) WHERE channel = 'WEBHOOK';

-- A refund is asked for by a key, or by a person in the portal. NOT NULL cannot be taken from a column everywhere, so another
-- column takes its place.
ALTER TABLE refunds ADD COLUMN asked_by_key_id INTEGER;
UPDATE refunds SET asked_by_key_id = api_key_id;
ALTER TABLE refunds DROP COLUMN api_key_id;
ALTER TABLE refunds ADD COLUMN asked_by_user_id INTEGER CHECK ((asked_by_key_id IS NULL) <> (asked_by_user_id IS NULL));
