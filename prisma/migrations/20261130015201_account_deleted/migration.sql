-- The recycle bin lists deleted records, the latest first.
CREATE INDEX CONCURRENTLY "account_deleted" ON "account" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
