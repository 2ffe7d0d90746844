-- A dry run becomes a preview: it also keeps, row by row, which record it found in which version and what would change. An import can
-- name the preview that it must not differ from.
ALTER TABLE "import_run" RENAME COLUMN "is_dry_run" TO "is_preview";
ALTER TABLE "import_run" ADD COLUMN     "preview_id" UUID,
ADD COLUMN     "rights" JSONB;

ALTER TABLE "import_row" ADD COLUMN     "record_version" INTEGER;

-- AddForeignKey
ALTER TABLE "import_run" ADD CONSTRAINT "import_run_tenant_id_preview_id_fkey" FOREIGN KEY ("tenant_id", "preview_id") REFERENCES "import_run"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
