-- Tasks, calls, meetings and logged e-mails: one table for all of them, told apart by their kind. Whatever looks at a day, a
-- calendar or a record's next step reads it once.

-- CreateTable
CREATE TABLE "activity" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" SMALLINT NOT NULL,
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
    "status" TEXT,
    "priority" TEXT,
    "direction" TEXT,
    "due" DATE,
    "starts_at" TIMESTAMPTZ(3),
    "duration" BIGINT,
    "ends_at" TIMESTAMPTZ(3),
    "remind_at" TIMESTAMPTZ(3),
    "happens_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "recurrence" TEXT,
    "has_recurred" BOOLEAN NOT NULL DEFAULT false,
    "outcome" TEXT,
    "location" TEXT,
    "location_norm" TEXT COLLATE "C",
    "link" TEXT,
    "link_norm" TEXT COLLATE "C",
    "description" TEXT
);

-- CreateIndex
CREATE INDEX "activity_created_idx" ON "activity"("tenant_id", "kind", "created_at", "id");

-- CreateIndex
CREATE INDEX "activity_name_idx" ON "activity"("tenant_id", "kind", "name_norm", "id");

-- CreateIndex
CREATE INDEX "activity_owner_idx" ON "activity"("tenant_id", "kind", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "activity_legal_entity_idx" ON "activity"("tenant_id", "kind", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "activity_due_idx" ON "activity"("tenant_id", "kind", "due", "id");

-- CreateIndex
CREATE INDEX "activity_happens_idx" ON "activity"("tenant_id", "kind", "happens_at", "id");

-- The primary key comes last: of indexes that cost the same on an empty table Postgres takes the newest, and foreign key
-- checks keep the plan they made then.
ALTER TABLE "activity" ADD CONSTRAINT "activity_pkey" PRIMARY KEY ("tenant_id","id");

-- Lists by name of those who see what some people own.
CREATE INDEX "activity_owner_name" ON "activity"("tenant_id", "kind", "owner_id", "name_norm", "id") WHERE "deleted_at" IS NULL;
-- The days of some people, over all kinds.
CREATE INDEX "activity_owner_days" ON "activity"("tenant_id", "owner_id", "happens_at", "id") WHERE "deleted_at" IS NULL;
-- What lists sort by, of records known by their ids: those that a linked record opens.
CREATE INDEX "activity_heads" ON "activity"("tenant_id", "id") INCLUDE ("kind", "owner_id", "created_at", "name_norm", "happens_at") WHERE "deleted_at" IS NULL;

SELECT protect_record_table('activity');
