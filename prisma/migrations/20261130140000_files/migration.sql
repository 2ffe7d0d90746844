-- Files: their records, their content, and the sealed parts that the content is stored in.

-- CreateTable
CREATE TABLE "file" (
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
    "description" TEXT,
    "media_type" TEXT,
    "media_type_norm" TEXT COLLATE "C",
    "size" BIGINT,
    "scan" TEXT,
    "sha256" TEXT,
    "sha256_norm" TEXT COLLATE "C"
);

-- CreateIndex
CREATE INDEX "file_created_idx" ON "file"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "file_name_idx" ON "file"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "file_owner_idx" ON "file"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "file_legal_entity_idx" ON "file"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "file_size_idx" ON "file"("tenant_id", "size", "id");

-- The primary key comes last: of indexes that cost the same on an empty table Postgres takes the newest, and foreign key
-- checks keep the plan they made then.
ALTER TABLE "file" ADD CONSTRAINT "file_pkey" PRIMARY KEY ("tenant_id","id");

-- CreateTable
CREATE TABLE "file_content" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "file_id" UUID,
    "name" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "received" BIGINT NOT NULL DEFAULT 0,
    "given" JSONB NOT NULL DEFAULT '{}',
    "media_type" TEXT,
    "thumbnail_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by_id" UUID,
    "completed_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "file_content_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "file_part" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "content_id" UUID NOT NULL,
    "start" BIGINT,
    "size" INTEGER NOT NULL DEFAULT 0,
    "sha256" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "key_id" TEXT,
    "wrapped_key" BYTEA,

    CONSTRAINT "file_part_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "file_content_tenant_id_file_id_key" ON "file_content"("tenant_id", "file_id");

-- CreateIndex
CREATE UNIQUE INDEX "file_part_tenant_id_content_id_start_key" ON "file_part"("tenant_id", "content_id", "start");

-- AddForeignKey
ALTER TABLE "file_content" ADD CONSTRAINT "file_content_tenant_id_file_id_fkey" FOREIGN KEY ("tenant_id", "file_id") REFERENCES "file"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "file_part" ADD CONSTRAINT "file_part_tenant_id_content_id_fkey" FOREIGN KEY ("tenant_id", "content_id") REFERENCES "file_content"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Lists of a person's files by name.
CREATE INDEX "file_owner_name" ON "file"("tenant_id", "owner_id", "name_norm", "id") WHERE "deleted_at" IS NULL;
-- Files that are seen through the records they are about are found by id.
CREATE INDEX "file_heads" ON "file"("tenant_id", "id") INCLUDE ("owner_id", "created_at", "name_norm") WHERE "deleted_at" IS NULL;
-- The recycle bin, and content that is past its time.
CREATE INDEX "file_deleted" ON "file"("tenant_id", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
-- The room that a company's files take.
CREATE INDEX "file_content_room" ON "file_content"("tenant_id") INCLUDE ("size", "file_id", "created_by_id") WHERE "removed_at" IS NULL;

-- The platform's log-in looks for content that is past its time, in all companies.
SELECT protect_record_table('file', 'SELECT');
SELECT protect_tenant_table('file_content', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT protect_tenant_table('file_part', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');
