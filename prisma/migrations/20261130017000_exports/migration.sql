-- Exports: what a file shows, the records that are still to be written, and the sealed parts of the file. Progress and end are those of
-- the bulk job with the same id.

-- CreateTable
CREATE TABLE "export_run" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "columns" JSONB NOT NULL,
    "rights" JSONB NOT NULL,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "written_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_run_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "export_selection" (
    "tenant_id" UUID NOT NULL,
    "export_id" UUID NOT NULL,
    "first_row" INTEGER NOT NULL,
    "ids" UUID[],

    CONSTRAINT "export_selection_pkey" PRIMARY KEY ("tenant_id","export_id","first_row")
);

-- CreateTable
CREATE TABLE "export_part" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "export_id" UUID NOT NULL,
    "number" INTEGER,
    "size" INTEGER NOT NULL DEFAULT 0,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "key_id" TEXT,
    "wrapped_key" BYTEA,

    CONSTRAINT "export_part_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "export_run_tenant_id_created_at_idx" ON "export_run"("tenant_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "export_part_tenant_id_export_id_number_key" ON "export_part"("tenant_id", "export_id", "number");

-- AddForeignKey
ALTER TABLE "export_selection" ADD CONSTRAINT "export_selection_tenant_id_export_id_fkey" FOREIGN KEY ("tenant_id", "export_id") REFERENCES "export_run"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "export_part" ADD CONSTRAINT "export_part_tenant_id_export_id_fkey" FOREIGN KEY ("tenant_id", "export_id") REFERENCES "export_run"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "export_run" ADD CONSTRAINT "export_run_format_check" CHECK ("format" IN ('csv', 'xlsx', 'jsonl'));

-- The platform's log-in looks for files that are past their time, in all tenants.
SELECT protect_tenant_table('export_run', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE');
SELECT protect_tenant_table('export_selection', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, DELETE');
SELECT protect_tenant_table('export_part', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, UPDATE, DELETE');
