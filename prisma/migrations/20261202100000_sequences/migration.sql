-- Sequences of activities, and their runs for records. Primary keys come last: of indexes that cost the same on an empty table
-- Postgres takes the newest, and foreign key checks keep the plan they made then.
CREATE TABLE "sequence" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "objects" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "active" BOOLEAN NOT NULL,
    "stops_when_closed" BOOLEAN NOT NULL
);

CREATE INDEX "sequence_created_idx" ON "sequence"("tenant_id", "created_at", "id");
CREATE INDEX "sequence_name_idx" ON "sequence"("tenant_id", "name_norm", "id");
CREATE INDEX "sequence_owner_idx" ON "sequence"("tenant_id", "owner_id", "created_at", "id");
CREATE INDEX "sequence_legal_entity_idx" ON "sequence"("tenant_id", "legal_entity_id", "id");
ALTER TABLE "sequence" ADD CONSTRAINT "sequence_pkey" PRIMARY KEY ("tenant_id","id");
CREATE INDEX "sequence_owner_name" ON "sequence"("tenant_id", "owner_id", "name_norm", "id") WHERE "deleted_at" IS NULL;
CREATE UNIQUE INDEX "sequence_name_living_key" ON "sequence"("tenant_id", "name_norm") WHERE "deleted_at" IS NULL;
SELECT protect_record_table('sequence');

CREATE TABLE "sequence_step" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sequence_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "priority" TEXT NOT NULL,
    "wait" BIGINT NOT NULL,
    "wait_unit" TEXT NOT NULL,
    "time" TEXT,
    "assignee" TEXT NOT NULL,
    "person_id" UUID
);
CREATE INDEX "sequence_step_owner_idx" ON "sequence_step"("tenant_id", "sequence_id", "position", "id");
CREATE INDEX "sequence_step_person_idx" ON "sequence_step"("tenant_id", "person_id");
ALTER TABLE "sequence_step" ADD CONSTRAINT "sequence_step_pkey" PRIMARY KEY ("tenant_id","id");
SELECT protect_tenant_table('sequence_step');

CREATE TABLE "sequence_run" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT,
    "name_norm" TEXT COLLATE "C",
    "sequence_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "stop_reason" TEXT,
    "step" TEXT
);

CREATE INDEX "sequence_run_created_idx" ON "sequence_run"("tenant_id", "created_at", "id");
CREATE INDEX "sequence_run_name_idx" ON "sequence_run"("tenant_id", "name_norm", "id");
CREATE INDEX "sequence_run_owner_idx" ON "sequence_run"("tenant_id", "owner_id", "created_at", "id");
CREATE INDEX "sequence_run_legal_entity_idx" ON "sequence_run"("tenant_id", "legal_entity_id", "id");
CREATE INDEX "sequence_run_sequence_idx" ON "sequence_run"("tenant_id", "sequence_id", "id");
ALTER TABLE "sequence_run" ADD CONSTRAINT "sequence_run_pkey" PRIMARY KEY ("tenant_id","id");
-- What lists sort by, of runs known by their ids: those for a record.
CREATE INDEX "sequence_run_heads" ON "sequence_run"("tenant_id", "id") INCLUDE ("owner_id", "created_at") WHERE "deleted_at" IS NULL;
SELECT protect_record_table('sequence_run');

CREATE TABLE "sequence_run_step" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sequence_run_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "priority" TEXT NOT NULL,
    "wait" BIGINT NOT NULL,
    "wait_unit" TEXT NOT NULL,
    "time" TEXT,
    "assignee" TEXT NOT NULL,
    "person_id" UUID
);
CREATE INDEX "sequence_run_step_owner_idx" ON "sequence_run_step"("tenant_id", "sequence_run_id", "position", "id");
CREATE INDEX "sequence_run_step_person_idx" ON "sequence_run_step"("tenant_id", "person_id");
ALTER TABLE "sequence_run_step" ADD CONSTRAINT "sequence_run_step_pkey" PRIMARY KEY ("tenant_id","id");
SELECT protect_tenant_table('sequence_run_step');

-- Which run created an activity, and which of its steps it is.
ALTER TABLE "activity" ADD COLUMN "sequence_run_id" UUID, ADD COLUMN "sequence_step" TEXT;
