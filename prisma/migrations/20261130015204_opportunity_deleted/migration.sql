-- The recycle bin lists deleted records, the latest first.
CREATE INDEX CONCURRENTLY "opportunity_deleted" ON "opportunity" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
