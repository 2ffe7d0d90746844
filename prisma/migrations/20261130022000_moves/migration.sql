-- Moves from other CRMs: what is to be brought, and the imports that bring it, in order.

-- CreateTable
CREATE TABLE "move_run" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "plan" JSONB NOT NULL,
    "links" JSONB,
    "job_id" UUID,
    "rollback" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "move_run_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "move_step" (
    "tenant_id" UUID NOT NULL,
    "move_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "file_id" UUID NOT NULL,
    "brings" TEXT NOT NULL,
    "import_id" UUID,
    "skipped" JSONB NOT NULL DEFAULT '{}',
    "counts" JSONB NOT NULL DEFAULT '{}',
    "row" INTEGER NOT NULL DEFAULT 1,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "move_step_pkey" PRIMARY KEY ("tenant_id","move_id","position")
);

-- CreateIndex
CREATE INDEX "move_run_tenant_id_created_at_id_idx" ON "move_run"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "move_step_tenant_id_file_id_idx" ON "move_step"("tenant_id", "file_id");

-- CreateIndex
CREATE INDEX "move_step_tenant_id_import_id_idx" ON "move_step"("tenant_id", "import_id");

-- AddForeignKey
ALTER TABLE "move_step" ADD CONSTRAINT "move_step_tenant_id_move_id_fkey" FOREIGN KEY ("tenant_id", "move_id") REFERENCES "move_run"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "move_step" ADD CONSTRAINT "move_step_tenant_id_file_id_fkey" FOREIGN KEY ("tenant_id", "file_id") REFERENCES "import_file"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "move_step" ADD CONSTRAINT "move_step_tenant_id_import_id_fkey" FOREIGN KEY ("tenant_id", "import_id") REFERENCES "import_run"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "move_run" ADD CONSTRAINT "move_run_status_check" CHECK ("status" IN ('draft', 'queued', 'running', 'completed', 'failed', 'cancelled', 'rolling_back', 'rolled_back'));

ALTER TABLE "move_step" ADD CONSTRAINT "move_step_brings_check" CHECK ("brings" IN ('records', 'stageHistory'));

SELECT protect_tenant_table('move_run', 'SELECT, INSERT, UPDATE');
SELECT protect_tenant_table('move_step', 'SELECT, INSERT, UPDATE');
