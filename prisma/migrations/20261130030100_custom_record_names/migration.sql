-- Imports look records up by their names. Names that are composed of other fields have no column but this one.
CREATE INDEX CONCURRENTLY "custom_record_names" ON "custom_record" ("tenant_id", "object_number", "display_norm", "id") WHERE "deleted_at" IS NULL;
