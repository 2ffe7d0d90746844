-- When something is planned next about a lead or a deal, kept by the writes of activities.
ALTER TABLE "lead" ADD COLUMN "has_next_activity" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "next_activity_at" TIMESTAMPTZ(3);
ALTER TABLE "opportunity" ADD COLUMN "has_next_activity" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "next_activity_at" TIMESTAMPTZ(3);
