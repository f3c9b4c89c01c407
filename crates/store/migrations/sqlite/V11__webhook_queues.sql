-- Webhooks: what endpoints want and how they fare, queues by destination, why a message was parked, what a try sent and got.
-- The same tables, columns and constraints stand in migrations/postgres under the same number.

-- Names of kinds with commas between them; empty: all.
ALTER TABLE webhook_endpoints ADD COLUMN events TEXT NOT NULL DEFAULT '';
-- Whether it is told of orders that ended without a payment.
ALTER TABLE webhook_endpoints ADD COLUMN tells_closed INTEGER NOT NULL DEFAULT 1 CHECK (tells_closed IN (0, 1));
-- When the first failed try since the last success ended.
ALTER TABLE webhook_endpoints ADD COLUMN failing_since INTEGER;
ALTER TABLE webhook_endpoints ADD COLUMN disabled_at INTEGER;
ALTER TABLE webhook_endpoints ADD COLUMN disabled_by TEXT
    CHECK ((disabled_by IS NULL) = (disabled_at IS NULL) AND disabled_by IN ('OWNER', 'PLATFORM')
           AND (disabled_by <> 'PLATFORM' OR failing_since IS NOT NULL));

-- The endpoint that it was caused for; NULL where a call named the URL itself, and for mails.
ALTER TABLE outbox ADD COLUMN endpoint_id INTEGER;
-- Where it goes instead of to its destination, because its endpoint moved or somebody asked for it.
ALTER TABLE outbox ADD COLUMN target TEXT;
ALTER TABLE outbox ADD COLUMN target_endpoint_id INTEGER CHECK ((target_endpoint_id IS NULL) = (target IS NULL));
-- Whose queue it stands in: one for each URL, whatever its query, and one for all mails.
ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT '';
-- Why there will be no further try. OR as in orders.
ALTER TABLE outbox ADD COLUMN parked_as TEXT
    CHECK (parked_as IS NULL OR parked_as = 'LAST_TRY' OR parked_as = 'HOPELESS' OR parked_as = 'ENDPOINT_DISABLED'
           OR parked_as = 'ENDPOINT_REMOVED');
-- How many tries there had been when it was last sent anew, and whether that allowed a single one.
ALTER TABLE outbox ADD COLUMN round_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN round_once INTEGER NOT NULL DEFAULT 0 CHECK (round_once IN (0, 1));

UPDATE outbox SET lane = CASE WHEN channel = 'MAIL' THEN 'mailto:' ELSE destination END;
UPDATE outbox SET parked_as = 'LAST_TRY' WHERE state = 'PARKED';

-- A claim walks from lane to lane; what is due first over all would be a dead receiver's backlog.
DROP INDEX outbox_due;
CREATE INDEX outbox_lanes ON outbox (lane, next_attempt_at, id) WHERE state = 'PENDING';
CREATE INDEX outbox_parked ON outbox (id) WHERE state = 'PARKED';
CREATE INDEX outbox_parked_by_merchant ON outbox (merchant_id, id) WHERE state = 'PARKED';

-- Where it went, if not to the message's destination.
ALTER TABLE delivery_attempts ADD COLUMN sent_to TEXT;
-- The headers of a webhook that differ from try to try; the signature follows from them and the body.
ALTER TABLE delivery_attempts ADD COLUMN signed_at INTEGER;
ALTER TABLE delivery_attempts ADD COLUMN nonce TEXT CHECK ((nonce IS NULL) = (signed_at IS NULL));
ALTER TABLE delivery_attempts ADD COLUMN certificate_sn TEXT CHECK ((certificate_sn IS NULL) = (signed_at IS NULL));
-- The beginning of the answer's body, sealed where the message's body is; NULL where there was none.
ALTER TABLE delivery_attempts ADD COLUMN answer BLOB;
ALTER TABLE delivery_attempts ADD COLUMN answer_is_cut INTEGER NOT NULL DEFAULT 0 CHECK (answer_is_cut IN (0, 1));
