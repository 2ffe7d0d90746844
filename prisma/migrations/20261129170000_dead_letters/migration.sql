-- A discarded dead letter stays dead: whatever waits for the job must not take it for one that still runs.
ALTER TABLE "job" ADD COLUMN "discarded_at" TIMESTAMPTZ(3);
-- The list of dead letters, latest first. There are few, so the index is small and quickly built.
CREATE INDEX job_dead_letters_idx ON job (tenant_id, finished_at, id) WHERE state = 'dead' AND discarded_at IS NULL;
