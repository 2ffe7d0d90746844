-- Notes: rich text about any records.

-- CreateTable
CREATE TABLE "note" (
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
    "title" TEXT,
    "title_norm" TEXT COLLATE "C",
    "title_from_text" BOOLEAN NOT NULL DEFAULT false,
    "body" TEXT NOT NULL,
    "body_norm" TEXT COLLATE "C" NOT NULL,
    "pinned" BOOLEAN NOT NULL DEFAULT false
);

-- CreateIndex
CREATE INDEX "note_created_idx" ON "note"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "note_title_idx" ON "note"("tenant_id", "title_norm", "id");

-- CreateIndex
CREATE INDEX "note_owner_idx" ON "note"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "note_legal_entity_idx" ON "note"("tenant_id", "legal_entity_id", "id");

-- The primary key comes last: of indexes that cost the same on an empty table Postgres takes the newest, and foreign key
-- checks keep the plan they made then.
ALTER TABLE "note" ADD CONSTRAINT "note_pkey" PRIMARY KEY ("tenant_id","id");

-- What lists sort by, of notes known by their ids: those about a record.
CREATE INDEX "note_heads" ON "note"("tenant_id", "id") INCLUDE ("owner_id", "created_at") WHERE "deleted_at" IS NULL;

SELECT protect_record_table('note');
