-- Finds what an import, a bulk action or a job has changed. Most events come from requests, which have no cause of their
-- own, and are left out. Only the parent gets its index here, in an instant. `deployMigrations` builds those of the
-- partitions afterwards without blocking writes; new partitions get one when they are created.
CREATE INDEX "record_event_cause_idx" ON ONLY "record_event" ("tenant_id", "cause_kind", "cause_id", "id")
  WHERE "cause_id" IS NOT NULL;
