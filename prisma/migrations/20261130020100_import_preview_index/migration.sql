-- Finds the imports that a preview is kept for.
CREATE INDEX CONCURRENTLY "import_run_tenant_id_preview_id_idx" ON "import_run"("tenant_id", "preview_id");
