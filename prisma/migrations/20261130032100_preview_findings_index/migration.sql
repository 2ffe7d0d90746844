-- The findings of a preview, one per batch.
CREATE INDEX CONCURRENTLY "import_row_findings_idx" ON "import_row"("tenant_id", "import_id", "row") WHERE "findings" IS NOT NULL;
