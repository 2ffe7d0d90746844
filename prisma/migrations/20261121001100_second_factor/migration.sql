-- AlterTable
ALTER TABLE "session" ADD COLUMN     "second_factor" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "tenant_setting" ADD COLUMN     "require_second_factor" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "second_factor" (
    "id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "key_id" TEXT,
    "sealed_secret" BYTEA,
    "last_step" BIGINT,
    "credential_id" TEXT,
    "public_key" BYTEA,
    "counter" BIGINT,
    "transports" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "rp_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "second_factor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recovery_code" (
    "identity_id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("identity_id","code_hash")
);

-- CreateTable
CREATE TABLE "second_factor_challenge" (
    "id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "member_id" UUID,
    "session_id" UUID,
    "challenge" TEXT NOT NULL,
    "rp_id" TEXT NOT NULL,
    "key_id" TEXT,
    "sealed_secret" BYTEA,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "second_factor_challenge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "log_in_failure" (
    "identity_id" UUID NOT NULL,
    "pending" INTEGER NOT NULL DEFAULT 0,
    "logged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_in_failure_pkey" PRIMARY KEY ("identity_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "second_factor_credential_id_key" ON "second_factor"("credential_id");

-- CreateIndex
CREATE INDEX "second_factor_identity_id_idx" ON "second_factor"("identity_id");

-- CreateIndex
CREATE INDEX "second_factor_challenge_identity_id_idx" ON "second_factor_challenge"("identity_id");

-- AddForeignKey
ALTER TABLE "second_factor" ADD CONSTRAINT "second_factor_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "second_factor_challenge" ADD CONSTRAINT "second_factor_challenge_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "log_in_failure" ADD CONSTRAINT "log_in_failure_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;


ALTER TABLE "second_factor" ADD CONSTRAINT "second_factor_kind_check" CHECK (
  ("kind" = 'totp' AND "sealed_secret" IS NOT NULL AND "key_id" IS NOT NULL)
  OR ("kind" = 'passkey' AND "credential_id" IS NOT NULL AND "public_key" IS NOT NULL AND "rp_id" IS NOT NULL));
ALTER TABLE "second_factor_challenge" ADD CONSTRAINT "second_factor_challenge_purpose_check"
  CHECK ("purpose" IN ('logIn', 'proof', 'totp', 'passkey'));

-- A person is of no tenant, and neither is what they log in with.
SELECT protect_global_table('second_factor');
SELECT protect_global_table('recovery_code');
SELECT protect_global_table('second_factor_challenge');
SELECT protect_global_table('log_in_failure');

-- Log-ins, ended sessions and changed passwords are told in the log of the companies concerned, in the transaction of what
-- they tell of, which is one of the platform's log-in.
GRANT INSERT ON record_event, event_outbox TO pellucid_platform;
GRANT USAGE ON SEQUENCE event_outbox_id_seq TO pellucid_platform;

-- Log-in asks whether a company requires a second factor before anybody is in it.
CREATE POLICY platform_access ON tenant_setting FOR SELECT TO pellucid_platform USING (true);
GRANT SELECT ON tenant_setting TO pellucid_platform;
