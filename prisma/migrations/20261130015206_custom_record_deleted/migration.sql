-- The recycle bin lists deleted records, the latest first.
CREATE INDEX CONCURRENTLY "custom_record_deleted" ON "custom_record" ("tenant_id", "object_number", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
