-- The jobs that follow from a bulk job.
CREATE INDEX CONCURRENTLY "bulk_job_tenant_id_cause_id_idx" ON "bulk_job"("tenant_id", "cause_id");
