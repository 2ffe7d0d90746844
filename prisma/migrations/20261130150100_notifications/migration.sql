-- Notifications: what happened that concerns a person. References and codes only: texts are made when somebody reads them.

-- CreateTable
CREATE TABLE "notification" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "object" TEXT,
    "parameters" JSONB NOT NULL DEFAULT '{}',
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "shown_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "notification_event" (
    "tenant_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "record_id" UUID NOT NULL,

    CONSTRAINT "notification_event_pkey" PRIMARY KEY ("tenant_id","notification_id","event_id")
);

-- CreateTable
CREATE TABLE "notification_inbox" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "notification_inbox_pkey" PRIMARY KEY ("tenant_id","member_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "notification_tenant_id_member_id_key_key" ON "notification"("tenant_id", "member_id", "key");

-- CreateIndex
CREATE INDEX "notification_tenant_id_member_id_shown_at_id_idx" ON "notification"("tenant_id", "member_id", "shown_at", "id");

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "notification_event" ADD CONSTRAINT "notification_event_tenant_id_notification_id_fkey" FOREIGN KEY ("tenant_id", "notification_id") REFERENCES "notification"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "notification_inbox" ADD CONSTRAINT "notification_inbox_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Unread notifications are counted whenever a page opens.
CREATE INDEX "notification_unread_idx" ON "notification"("tenant_id", "member_id", "shown_at", "id") WHERE "read_at" IS NULL AND "archived_at" IS NULL;

-- The platform's log-in deletes old notifications, and tells the processes whose inboxes have changed, in all tenants.
SELECT protect_tenant_table('notification', 'SELECT, INSERT, UPDATE', 'SELECT, DELETE');
SELECT protect_tenant_table('notification_event', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT protect_tenant_table('notification_inbox', 'SELECT, INSERT, UPDATE', 'SELECT');
