-- Records that people follow, and what somebody must see to be told of an event.

-- CreateTable
CREATE TABLE "record_follow" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "via_object" TEXT NOT NULL,
    "via_id" UUID NOT NULL,
    "is_muted" BOOLEAN NOT NULL DEFAULT false,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "record_follow_pkey" PRIMARY KEY ("tenant_id","member_id","object","record_id","reason","via_id")
);

-- AlterTable
ALTER TABLE "notification_event" ADD COLUMN "elsewhere" JSONB,
ADD COLUMN "fields" TEXT[],
ADD COLUMN "followed" JSONB,
ADD COLUMN "via_id" UUID,
ADD COLUMN "via_object" TEXT;

-- AlterTable
ALTER TABLE "notification_setting" ADD COLUMN "auto_follow" JSONB NOT NULL DEFAULT '{}';

-- CreateIndex
CREATE INDEX "record_follow_tenant_id_object_record_id_idx" ON "record_follow"("tenant_id", "object", "record_id");

-- AddForeignKey
ALTER TABLE "record_follow" ADD CONSTRAINT "record_follow_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "record_follow" ADD CONSTRAINT "record_follow_reason_check"
    CHECK ("reason" IN ('chosen', 'created', 'owner', 'commented', 'mentioned'));
ALTER TABLE "record_follow" ADD CONSTRAINT "record_follow_muted_check" CHECK (NOT "is_muted" OR "reason" = 'chosen');
ALTER TABLE "notification_event" ADD CONSTRAINT "notification_event_via_check" CHECK (("via_object" IS NULL) = ("via_id" IS NULL));

SELECT protect_tenant_table('record_follow', 'SELECT, INSERT, UPDATE, DELETE');
