-- Messages that leave the product, one row each, and the log of attempts at sending them. A message is claimed before it is sent.

-- CreateTable
CREATE TABLE "outbound_message" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "recipient_id" UUID,
    "reference" JSONB NOT NULL,
    "key" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "attempts_before" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "reason" TEXT,
    "asked_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "dismissed_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbound_message_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "outbound_attempt" (
    "tenant_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "reason" TEXT,

    CONSTRAINT "outbound_attempt_pkey" PRIMARY KEY ("tenant_id","message_id","number")
);

-- CreateIndex
CREATE UNIQUE INDEX "outbound_message_tenant_id_kind_key_key" ON "outbound_message"("tenant_id", "kind", "key");

-- CreateIndex
CREATE INDEX "outbound_message_tenant_id_state_created_at_id_idx" ON "outbound_message"("tenant_id", "state", "created_at", "id");

-- CreateIndex
CREATE INDEX "outbound_message_tenant_id_recipient_id_idx" ON "outbound_message"("tenant_id", "recipient_id");

-- AddForeignKey
ALTER TABLE "outbound_message" ADD CONSTRAINT "outbound_message_tenant_id_recipient_id_fkey" FOREIGN KEY ("tenant_id", "recipient_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "outbound_attempt" ADD CONSTRAINT "outbound_attempt_tenant_id_message_id_fkey" FOREIGN KEY ("tenant_id", "message_id") REFERENCES "outbound_message"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "outbound_message" ADD CONSTRAINT "outbound_message_state_check"
  CHECK ("state" IN ('pending', 'claimed', 'sent', 'failed', 'unknown', 'dropped'));
ALTER TABLE "outbound_attempt" ADD CONSTRAINT "outbound_attempt_outcome_check"
  CHECK ("outcome" IN ('sent', 'failed', 'retry', 'unknown', 'dropped'));

-- For the platform's log-in, which looks for claims that were cut off and for old messages in all tenants.
CREATE INDEX "outbound_message_claimed_idx" ON "outbound_message"("lease_until") WHERE "state" = 'claimed';

SELECT protect_tenant_table('outbound_message', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');
SELECT protect_tenant_table('outbound_attempt', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');

-- Mails that jobs of the previous version have yet to send become messages, with the same jobs.
INSERT INTO "outbound_message" ("tenant_id", "id", "kind", "channel", "reference", "asked_by_id", "created_at")
SELECT "tenant_id", "id", replace("name", 'identity.send-', 'identity.'), 'mail', "payload" -> 'data',
       ("payload" -> 'runAs' ->> 'memberId')::uuid, "created_at"
  FROM "job"
 WHERE "name" IN ('identity.send-invitation', 'identity.send-password-reset', 'identity.send-confirmation')
   AND "state" IN ('pending', 'dead') AND "discarded_at" IS NULL;
UPDATE "job" SET "name" = 'outbound.deliver', "payload" = jsonb_set("payload", '{data}', jsonb_build_object('messageId', "id"))
 WHERE "name" IN ('identity.send-invitation', 'identity.send-password-reset', 'identity.send-confirmation')
   AND "state" IN ('pending', 'dead') AND "discarded_at" IS NULL;
