-- What people and teams want to reach in each month or quarter.

-- CreateTable
CREATE TABLE "goal" (
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
    "team_id" UUID,
    "metric" TEXT NOT NULL,
    "activity_kinds" TEXT[] NOT NULL DEFAULT '{}',
    "target" BIGINT NOT NULL,
    "period" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE
);

-- CreateIndex
CREATE INDEX "goal_created_idx" ON "goal"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "goal_name_idx" ON "goal"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "goal_owner_idx" ON "goal"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "goal_legal_entity_idx" ON "goal"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "goal_team_idx" ON "goal"("tenant_id", "team_id", "id");

-- CreateIndex
CREATE INDEX "goal_starts_idx" ON "goal"("tenant_id", "starts_on", "id");

-- The primary key comes last: of indexes that cost the same on an empty table Postgres takes the newest, and foreign key
-- checks keep the plan they made then.
ALTER TABLE "goal" ADD CONSTRAINT "goal_pkey" PRIMARY KEY ("tenant_id","id");

-- What lists sort by, of goals known by their ids.
CREATE INDEX "goal_heads" ON "goal"("tenant_id", "id") INCLUDE ("owner_id", "created_at") WHERE "deleted_at" IS NULL;

SELECT protect_record_table('goal');

-- Whether people see how far others are with their goals.
ALTER TABLE "tenant_setting" ADD COLUMN "goal_leaderboard" BOOLEAN NOT NULL DEFAULT true;
