-- The stays that a move brought.
CREATE INDEX CONCURRENTLY "opportunity_stage_history_brought_by_idx" ON "opportunity_stage_history"("tenant_id", "brought_by") WHERE "brought_by" IS NOT NULL;
