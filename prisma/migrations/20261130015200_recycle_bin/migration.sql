-- The recycle bin lists deleted records, the latest first, and leaves out what was deleted along with another record.
CREATE INDEX "account_deleted" ON "account" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "contact_deleted" ON "contact" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "lead_deleted" ON "lead" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "opportunity_deleted" ON "opportunity" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "product_deleted" ON "product" ("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "custom_record_deleted" ON "custom_record" ("tenant_id", "object_number", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "deletion_effect_along" ON "deletion_effect" ("tenant_id", "record_id") WHERE "effect" = 'delete';
