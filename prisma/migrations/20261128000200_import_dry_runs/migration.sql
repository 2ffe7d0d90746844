-- Uploads stand encrypted in the storage from here on, under a key of their own. Files uploaded before have none: they are read
-- as they are until they are removed, a week after their upload at the latest.
ALTER TABLE "import_file" ADD COLUMN     "key_id" TEXT,
ADD COLUMN     "wrapped_key" BYTEA;

-- A dry run takes the same way as an import and leaves nothing but its report. What was decided about numbers and dates is
-- kept: rows that are corrected later, or imported again from the file of errors, are read alike.
ALTER TABLE "import_run" ADD COLUMN     "conventions" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "is_dry_run" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "import_row" ADD COLUMN     "reason_kind" TEXT;
