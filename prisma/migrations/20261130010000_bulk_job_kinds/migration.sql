-- Bulk jobs of every kind: changes of records, cascades, exports, undoing, changes of definitions.
ALTER TABLE "bulk_job" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'bulk';
-- Where the next batch starts; null before the first one. A paused job keeps it while no queue job exists.
ALTER TABLE "bulk_job" ADD COLUMN "cursor" JSONB;
ALTER TABLE "bulk_job" ADD COLUMN "result" JSONB;
ALTER TABLE "bulk_job" ALTER COLUMN "object" DROP NOT NULL;
ALTER TABLE "bulk_job" DROP CONSTRAINT "bulk_job_action_check";
ALTER TABLE "bulk_job" DROP CONSTRAINT "bulk_job_status_check";
ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_status_check" CHECK ("status" IN ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled'));
UPDATE "bulk_job" SET "kind" = 'cascade', "request" = "request" -> 'cascade' WHERE "request" ? 'cascade';
