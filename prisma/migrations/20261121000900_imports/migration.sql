-- Imports: uploaded files, runs with their checkpoint and counts, and what became of each row.

-- CreateTable
CREATE TABLE "import_file" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_file_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "import_run" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "file_id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "options" JSONB NOT NULL,
    "dialect" JSONB NOT NULL,
    "columns" TEXT[],
    "pass" SMALLINT NOT NULL DEFAULT 1,
    "position" INTEGER NOT NULL DEFAULT 1,
    "total" INTEGER,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "related" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_run_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "import_row" (
    "tenant_id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "row" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "record_id" UUID,
    "reason" TEXT,
    "cells" JSONB,
    "deferred" JSONB,

    CONSTRAINT "import_row_pkey" PRIMARY KEY ("tenant_id","import_id","row")
);

-- CreateIndex
CREATE INDEX "import_file_tenant_id_created_at_idx" ON "import_file"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "import_run_tenant_id_created_at_id_idx" ON "import_run"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "import_run_tenant_id_file_id_idx" ON "import_run"("tenant_id", "file_id");

-- CreateIndex
CREATE INDEX "import_row_tenant_id_import_id_status_row_idx" ON "import_row"("tenant_id", "import_id", "status", "row");

-- CreateIndex
CREATE INDEX "import_row_tenant_id_record_id_idx" ON "import_row"("tenant_id", "record_id");

-- AddForeignKey
ALTER TABLE "import_run" ADD CONSTRAINT "import_run_tenant_id_file_id_fkey" FOREIGN KEY ("tenant_id", "file_id") REFERENCES "import_file"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "import_row" ADD CONSTRAINT "import_row_tenant_id_import_id_fkey" FOREIGN KEY ("tenant_id", "import_id") REFERENCES "import_run"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "import_run" ADD CONSTRAINT "import_run_status_check" CHECK ("status" IN ('queued', 'running', 'completed', 'failed', 'cancelled'));
ALTER TABLE "import_run" ADD CONSTRAINT "import_run_mode_check" CHECK ("mode" IN ('create', 'update', 'upsert'));
ALTER TABLE "import_row" ADD CONSTRAINT "import_row_status_check" CHECK ("status" IN ('created', 'updated', 'unchanged', 'failed'));

-- The platform's log-in looks for files that are past their time, in all tenants.
SELECT protect_tenant_table('import_file', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');
SELECT protect_tenant_table('import_run', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');
SELECT protect_tenant_table('import_row');

-- Fresh statistics for a record table that an import fills. Plans of foreign-key checks are kept per connection; one that was
-- made while the table was empty takes any index that starts with the tenant, and reads all of the tenant's rows per check.
-- Statistics drop such plans. Tables that are large already have plans that hold.
CREATE FUNCTION refresh_record_statistics(p_table text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  v_rows real;
BEGIN
  SELECT c.reltuples INTO v_rows FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'search_norm'
   WHERE c.oid = to_regclass('public.' || quote_ident(p_table));
  IF v_rows IS NULL THEN RAISE EXCEPTION 'refresh_record_statistics: % is no record table', p_table; END IF;
  IF v_rows < 200000 THEN EXECUTE format('ANALYZE public.%I', p_table); END IF;
END $$;
REVOKE ALL ON FUNCTION refresh_record_statistics(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_record_statistics(text) TO pellucid_app;
