-- Finds tasks whose day has passed, every minute, in all tenants.
CREATE INDEX CONCURRENTLY "activity_overdue_idx" ON "activity"("due") WHERE "due" IS NOT NULL AND "kind" = 1 AND "deleted_at" IS NULL;
