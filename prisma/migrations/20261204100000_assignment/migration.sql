-- Lead assignment (ADR 68): ordered rules, territories, whose turn it is, and why leads were assigned.
CREATE TABLE "assignment_territory" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "condition" JSONB NOT NULL,
    "team_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_territory_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "assignment_rule" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "condition" JSONB,
    "territory_id" UUID,
    "target" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_rule_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE TABLE "assignment_turn" (
    "tenant_id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "clock" BIGINT NOT NULL DEFAULT 0,
    "marks" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "assignment_turn_pkey" PRIMARY KEY ("tenant_id","rule_id")
);
CREATE TABLE "assignment_reason" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "lead_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "owner_id" UUID NOT NULL,
    "record_version" INTEGER NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "assignment_reason_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "assignment_rule_tenant_id_territory_id_idx" ON "assignment_rule"("tenant_id", "territory_id");
CREATE INDEX "assignment_territory_tenant_id_team_id_idx" ON "assignment_territory"("tenant_id", "team_id");
CREATE INDEX "assignment_reason_tenant_id_lead_id_at_idx" ON "assignment_reason"("tenant_id", "lead_id", "at");

ALTER TABLE "assignment_territory" ADD CONSTRAINT "assignment_territory_tenant_id_team_id_fkey"
  FOREIGN KEY ("tenant_id", "team_id") REFERENCES "team"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "assignment_rule" ADD CONSTRAINT "assignment_rule_tenant_id_territory_id_fkey"
  FOREIGN KEY ("tenant_id", "territory_id") REFERENCES "assignment_territory"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "assignment_turn" ADD CONSTRAINT "assignment_turn_tenant_id_rule_id_fkey"
  FOREIGN KEY ("tenant_id", "rule_id") REFERENCES "assignment_rule"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "assignment_reason" ADD CONSTRAINT "assignment_reason_tenant_id_lead_id_fkey"
  FOREIGN KEY ("tenant_id", "lead_id") REFERENCES "lead"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

SELECT protect_tenant_table('assignment_territory');
SELECT protect_tenant_table('assignment_rule');
SELECT protect_tenant_table('assignment_turn');
SELECT protect_tenant_table('assignment_reason', 'SELECT, INSERT, DELETE');
