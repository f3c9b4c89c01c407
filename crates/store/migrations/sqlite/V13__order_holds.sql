-- Orders that payers hold: an end to keeping one from its merchant's close. The same columns stand in migrations/postgres under the
-- same number.

-- Since when payers have confirmed one price of it after another; only while the last of them stands there.
ALTER TABLE orders ADD COLUMN held_since INTEGER CHECK (held_since IS NULL OR state = 'PENDING');
