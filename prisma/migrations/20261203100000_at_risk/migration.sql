-- What says whether a deal is at risk: since when it has been in its stage, when something was last done about it, how long deals
-- usually stay in a stage, and after how many days without an activity a company wants to know.
ALTER TABLE "opportunity" ADD COLUMN "last_activity_at" TIMESTAMPTZ(3), ADD COLUMN "stage_since" TIMESTAMPTZ(3);
ALTER TABLE "stage" ADD COLUMN "stuck_after_days" BIGINT;
ALTER TABLE "tenant_setting" ADD COLUMN "inactive_after_days" SMALLINT NOT NULL DEFAULT 14;

UPDATE "opportunity" o SET
  "stage_since" = coalesce((SELECT h."entered_at" FROM "opportunity_stage_history" h
                             WHERE h."tenant_id" = o."tenant_id" AND h."opportunity_id" = o."id" AND h."left_at" IS NULL), o."created_at"),
  "last_activity_at" = (SELECT max(a."happens_at") FROM "record_link" l
                          JOIN "activity" a ON a."tenant_id" = l."tenant_id" AND a."id" = l."from_id"
                         WHERE l."tenant_id" = o."tenant_id" AND l."to_object" = 'opportunity' AND l."to_id" = o."id"
                           AND l."from_object" IN ('task', 'call', 'meeting', 'emailLog') AND l."kind" = 'about'
                           AND a."deleted_at" IS NULL AND coalesce(a."status" = 'Done', true));
