-- Whether the copies of a field's values are still being made, and when the values of a deleted field were removed.
ALTER TABLE "custom_field" ADD COLUMN "is_indexing" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "purged_at" TIMESTAMPTZ(3);
