-- What each person wants to be notified of and how, and the ways on which notifications go to them.

-- AlterTable
ALTER TABLE "notification" ADD COLUMN "in_app" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "notification_setting" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "kinds" JSONB NOT NULL DEFAULT '{}',
    "quiet_hours" JSONB,
    "digest_hour" SMALLINT NOT NULL DEFAULT 8,
    "zone" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_setting_pkey" PRIMARY KEY ("tenant_id","member_id")
);

-- CreateTable
CREATE TABLE "notification_batch" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "way" TEXT NOT NULL,
    "message_id" UUID NOT NULL,

    CONSTRAINT "notification_batch_pkey" PRIMARY KEY ("tenant_id","member_id","way")
);

-- CreateTable
CREATE TABLE "notification_delivery" (
    "tenant_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "way" TEXT NOT NULL,
    "member_id" UUID NOT NULL,
    "message_id" UUID,

    CONSTRAINT "notification_delivery_pkey" PRIMARY KEY ("tenant_id","notification_id","way")
);

-- CreateIndex
CREATE INDEX "notification_delivery_tenant_id_message_id_idx" ON "notification_delivery"("tenant_id", "message_id");

-- AddForeignKey
ALTER TABLE "notification_setting" ADD CONSTRAINT "notification_setting_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "notification_batch" ADD CONSTRAINT "notification_batch_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "notification_delivery" ADD CONSTRAINT "notification_delivery_tenant_id_notification_id_fkey" FOREIGN KEY ("tenant_id", "notification_id") REFERENCES "notification"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "notification_batch" ADD CONSTRAINT "notification_batch_way_check" CHECK ("way" IN ('mail', 'digest'));
ALTER TABLE "notification_delivery" ADD CONSTRAINT "notification_delivery_way_check" CHECK ("way" IN ('mail', 'digest'));
ALTER TABLE "notification_setting" ADD CONSTRAINT "notification_setting_digest_hour_check" CHECK ("digest_hour" BETWEEN 0 AND 23);

-- What a message takes along when it is made.
CREATE INDEX "notification_delivery_waiting_idx" ON "notification_delivery"("tenant_id", "member_id", "way") WHERE "message_id" IS NULL;

SELECT protect_tenant_table('notification_setting', 'SELECT, INSERT, UPDATE');
SELECT protect_tenant_table('notification_batch', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('notification_delivery', 'SELECT, INSERT, UPDATE', 'SELECT, DELETE');
