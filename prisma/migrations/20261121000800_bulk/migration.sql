-- Bulk work: what was asked for, how far it is, and the rows that failed.

-- CreateTable
CREATE TABLE "bulk_job" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "total" INTEGER NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "last_id" UUID,
    "until_id" UUID NOT NULL,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "error" TEXT,
    "member_id" UUID,
    "correlation_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3)
);

-- CreateTable
CREATE TABLE "bulk_job_failure" (
    "tenant_id" UUID NOT NULL,
    "bulk_job_id" UUID NOT NULL,
    "row" INTEGER NOT NULL,
    "record_id" UUID,
    "errors" JSONB NOT NULL,

    CONSTRAINT "bulk_job_failure_pkey" PRIMARY KEY ("tenant_id","bulk_job_id","row")
);

-- CreateIndex
CREATE INDEX "bulk_job_tenant_id_member_id_created_at_idx" ON "bulk_job"("tenant_id", "member_id", "created_at");

-- After the other index: foreign key checks keep the plan they made on an empty table, which prefers the newest of equals.
ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_pkey" PRIMARY KEY ("tenant_id","id");

-- AddForeignKey
ALTER TABLE "bulk_job_failure" ADD CONSTRAINT "bulk_job_failure_tenant_id_bulk_job_id_fkey" FOREIGN KEY ("tenant_id", "bulk_job_id") REFERENCES "bulk_job"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_status_check" CHECK ("status" IN ('queued', 'running', 'completed', 'failed', 'cancelled'));
ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_action_check" CHECK ("action" IN ('create', 'update', 'delete', 'restore'));

SELECT protect_tenant_table('bulk_job', 'SELECT, INSERT, UPDATE');
SELECT protect_tenant_table('bulk_job_failure', 'SELECT, INSERT');
