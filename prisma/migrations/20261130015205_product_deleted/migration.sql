-- The recycle bin lists deleted records, the latest first.
CREATE INDEX CONCURRENTLY "product_deleted" ON "product" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
