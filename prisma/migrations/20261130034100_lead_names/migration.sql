-- Imports look people up by their whole name, which is composed of other fields.
CREATE INDEX CONCURRENTLY "lead_names" ON "lead" ("tenant_id", "display_norm", "id") WHERE "deleted_at" IS NULL;
