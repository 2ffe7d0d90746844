-- Finds reminders that are due, every minute, in all tenants.
CREATE INDEX CONCURRENTLY "activity_remind_idx" ON "activity"("remind_at") WHERE "remind_at" IS NOT NULL AND "deleted_at" IS NULL;
