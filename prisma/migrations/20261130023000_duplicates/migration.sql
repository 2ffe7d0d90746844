-- Duplicates (ADR 52): rules, the keys by which records are found, and the pairs found in existing data.
CREATE TABLE "duplicate_rule" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "objects" TEXT[] NOT NULL,
    "conditions" JSONB NOT NULL,
    "on_create" TEXT NOT NULL,
    "on_update" TEXT NOT NULL,
    "on_import" TEXT NOT NULL,
    "edition" INTEGER NOT NULL DEFAULT 1,
    "key_form" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "duplicate_rule_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "match_key" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "key" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,

    CONSTRAINT "match_key_pkey" PRIMARY KEY ("tenant_id","object","key","record_id")
);
CREATE TABLE "duplicate_pair" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object_a" TEXT NOT NULL,
    "record_a" UUID NOT NULL,
    "object_b" TEXT NOT NULL,
    "record_b" UUID NOT NULL,
    "dismissed_at" TIMESTAMPTZ(3),
    "dismissed_by_kind" TEXT,
    "dismissed_by_id" UUID,

    CONSTRAINT "duplicate_pair_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "duplicate_pair_rule" (
    "tenant_id" UUID NOT NULL,
    "pair_id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "edition" INTEGER NOT NULL,
    "scores" SMALLINT[] NOT NULL,

    CONSTRAINT "duplicate_pair_rule_pkey" PRIMARY KEY ("tenant_id","pair_id","rule_id")
);
CREATE TABLE "duplicate_state" (
    "tenant_id" UUID NOT NULL,
    "access_version" BIGINT NOT NULL,

    CONSTRAINT "duplicate_state_pkey" PRIMARY KEY ("tenant_id")
);

CREATE INDEX "match_key_tenant_id_rule_id_record_id_idx" ON "match_key"("tenant_id", "rule_id", "record_id");
CREATE UNIQUE INDEX "duplicate_pair_tenant_id_record_a_record_b_key" ON "duplicate_pair"("tenant_id", "record_a", "record_b");
CREATE INDEX "duplicate_pair_tenant_id_record_b_idx" ON "duplicate_pair"("tenant_id", "record_b");
CREATE INDEX "duplicate_pair_rule_tenant_id_rule_id_idx" ON "duplicate_pair_rule"("tenant_id", "rule_id");

ALTER TABLE "duplicate_pair_rule" ADD CONSTRAINT "duplicate_pair_rule_tenant_id_pair_id_fkey"
  FOREIGN KEY ("tenant_id", "pair_id") REFERENCES "duplicate_pair"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "duplicate_rule" ADD CONSTRAINT "duplicate_rule_actions_check"
  CHECK ("on_create" IN ('off', 'warn', 'block') AND "on_update" IN ('off', 'warn', 'block') AND "on_import" IN ('off', 'warn', 'block'));

SELECT protect_tenant_table('duplicate_rule', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');
SELECT protect_tenant_table('match_key', 'SELECT, INSERT, DELETE');
SELECT protect_tenant_table('duplicate_pair', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('duplicate_pair_rule', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('duplicate_state', 'SELECT, INSERT, UPDATE', 'SELECT');

-- Companies that exist get the rules that new ones start with. A job makes the keys of their records.
INSERT INTO "duplicate_rule" ("tenant_id", "id", "name", "objects", "conditions", "on_create", "on_update", "on_import")
SELECT t.id, gen_random_uuid(), r.name, r.objects, r.conditions::jsonb, 'off', 'off', 'off'
  FROM "tenant" t CROSS JOIN (VALUES
    ('Same e-mail address', ARRAY['contact', 'lead'],
     '[{"method": "normalised", "fields": {"contact": ["email"], "lead": ["email"]}}]'),
    ('Same name and website', ARRAY['account'],
     '[{"method": "normalised", "fields": {"account": ["name"]}}, {"method": "normalised", "fields": {"account": ["website"]}}]')
  ) AS r(name, objects, conditions);
UPDATE "tenant" SET "access_version" = "access_version" + 1;
