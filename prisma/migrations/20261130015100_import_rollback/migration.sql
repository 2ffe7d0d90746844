-- Imports can be rolled back. The work is a bulk job with the id that `rollback` says.
ALTER TABLE "import_run" ADD COLUMN "added_options" JSONB NOT NULL DEFAULT '[]', ADD COLUMN "rollback" JSONB;
ALTER TABLE "import_run" DROP CONSTRAINT "import_run_status_check";
ALTER TABLE "import_run" ADD CONSTRAINT "import_run_status_check"
  CHECK ("status" IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'rolling_back', 'rolled_back'));
