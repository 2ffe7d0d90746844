-- Lines of a deal in order. It replaces the unique key of positions: moving lines exchanges them within a statement.
CREATE INDEX CONCURRENTLY "opportunity_line_owner_idx" ON "opportunity_line"("tenant_id", "opportunity_id", "position", "id");
