-- The recycle bin leaves out what was deleted along with another record.
CREATE INDEX CONCURRENTLY "deletion_effect_along" ON "deletion_effect" ("tenant_id", "record_id") WHERE "effect" = 'delete';
