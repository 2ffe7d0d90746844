-- The recycle bin lists deleted records, the latest first.
CREATE INDEX CONCURRENTLY "lead_deleted" ON "lead" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
