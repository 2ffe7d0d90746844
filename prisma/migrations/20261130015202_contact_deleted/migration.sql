-- The recycle bin lists deleted records, the latest first.
CREATE INDEX CONCURRENTLY "contact_deleted" ON "contact" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
