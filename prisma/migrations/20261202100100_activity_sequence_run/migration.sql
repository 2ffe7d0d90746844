-- The activities of a run.
CREATE INDEX CONCURRENTLY "activity_sequence_run_idx" ON "activity"("tenant_id", "sequence_run_id", "id");
