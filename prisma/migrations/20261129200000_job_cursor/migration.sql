-- Jobs over many rows continue from the cursor in their own row.
ALTER TABLE "job" ADD COLUMN "cursor" JSONB;
UPDATE "job" j SET "cursor" = to_jsonb(b."position") FROM "bulk_job" b
 WHERE b."tenant_id" = j."tenant_id" AND b."job_id" = j."id" AND b."status" IN ('queued', 'running') AND b."position" > 0;
ALTER TABLE "bulk_job" DROP COLUMN "position";
ALTER TABLE "field_protection" DROP COLUMN "last_id";
