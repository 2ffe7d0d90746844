-- AlterTable
ALTER TABLE "record_event" ADD COLUMN     "origin" JSONB;

-- CreateTable
CREATE TABLE "record_share" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "grantee_kind" TEXT NOT NULL,
    "grantee_id" UUID NOT NULL,
    "access" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,

    CONSTRAINT "record_share_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "member_entity" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "legal_entity_id" UUID NOT NULL,

    CONSTRAINT "member_entity_pkey" PRIMARY KEY ("tenant_id","member_id","legal_entity_id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role_id" UUID NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "previous_hash" TEXT,
    "previous_until" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "allowed_addresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "rate_per_minute" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "api_key_usage" (
    "tenant_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_key_usage_pkey" PRIMARY KEY ("tenant_id","api_key_id","day")
);

-- CreateTable
CREATE TABLE "masking_rule" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "pii" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "masking_rule_pkey" PRIMARY KEY ("tenant_id","object","field")
);

-- CreateIndex
CREATE INDEX "record_share_tenant_id_grantee_id_object_record_id_idx" ON "record_share"("tenant_id", "grantee_id", "object", "record_id");

-- CreateIndex
CREATE UNIQUE INDEX "record_share_grantee_key" ON "record_share"("tenant_id", "object", "record_id", "grantee_id");

-- CreateIndex
CREATE INDEX "member_entity_tenant_id_legal_entity_id_idx" ON "member_entity"("tenant_id", "legal_entity_id");

-- CreateIndex
CREATE INDEX "api_key_tenant_id_role_id_idx" ON "api_key"("tenant_id", "role_id");


ALTER TABLE "record_share" ADD CONSTRAINT "record_share_grantee_kind_check" CHECK ("grantee_kind" IN ('member', 'team'));
ALTER TABLE "record_share" ADD CONSTRAINT "record_share_access_check" CHECK ("access" IN ('read', 'edit'));
ALTER TABLE "masking_rule" ADD CONSTRAINT "masking_rule_strategy_check" CHECK ("strategy" IN ('partial', 'redact', 'hash', 'tokenize', 'encrypt'));
ALTER TABLE "masking_rule" ADD CONSTRAINT "masking_rule_pii_check" CHECK ("pii" IN ('public', 'internal', 'personal', 'sensitive', 'secret'));

SELECT protect_tenant_table('record_share', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('member_entity', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('api_key', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('api_key_usage', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('masking_rule', 'SELECT, INSERT, UPDATE, DELETE');

