-- A bulk job that follows from another one, and the object of a record that could not be changed: linked records belong to any.
ALTER TABLE "bulk_job" ADD COLUMN "cause_id" UUID;
ALTER TABLE "bulk_job_failure" ADD COLUMN "object" TEXT;
