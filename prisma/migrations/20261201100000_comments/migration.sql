-- Comments: what people say to each other about records. Reactions and what comments are about are in record_link.

-- CreateTable
CREATE TABLE "comment" (
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
    "body" TEXT NOT NULL,
    "body_norm" TEXT COLLATE "C" NOT NULL,
    "parent_id" UUID,
    "resolved" BOOLEAN NOT NULL DEFAULT false,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by_id" UUID,
    "edited_at" TIMESTAMPTZ(3)
);

-- CreateIndex
CREATE INDEX "comment_created_idx" ON "comment"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "comment_parent_idx" ON "comment"("tenant_id", "parent_id", "id");

-- CreateIndex
CREATE INDEX "comment_owner_idx" ON "comment"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "comment_legal_entity_idx" ON "comment"("tenant_id", "legal_entity_id", "id");

-- The primary key comes last: of indexes that cost the same on an empty table Postgres takes the newest, and foreign key
-- checks keep the plan they made then.
ALTER TABLE "comment" ADD CONSTRAINT "comment_pkey" PRIMARY KEY ("tenant_id","id");

-- What lists sort by, of comments known by their ids: those about a record.
CREATE INDEX "comment_heads" ON "comment"("tenant_id", "id") INCLUDE ("owner_id", "created_at") WHERE "deleted_at" IS NULL;

SELECT protect_record_table('comment');
