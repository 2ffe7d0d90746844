-- Pipelines and their stages.

-- CreateTable
CREATE TABLE "pipeline" (
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
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "position" BIGINT NOT NULL DEFAULT 0,
    "description" TEXT
);

-- CreateIndex
CREATE INDEX "pipeline_tenant_id_created_at_id_idx" ON "pipeline"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "pipeline_tenant_id_owner_id_created_at_id_idx" ON "pipeline"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "pipeline_tenant_id_legal_entity_id_id_idx" ON "pipeline"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "pipeline_tenant_id_position_id_idx" ON "pipeline"("tenant_id", "position", "id");
-- CreateTable
CREATE TABLE "stage" (
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
    "pipeline_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,
    "category" TEXT NOT NULL,
    "probability" BIGINT NOT NULL,
    "forecast_category" TEXT NOT NULL,
    "required_fields" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[]
);

-- CreateIndex
CREATE INDEX "stage_tenant_id_created_at_id_idx" ON "stage"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "stage_tenant_id_owner_id_created_at_id_idx" ON "stage"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "stage_tenant_id_legal_entity_id_id_idx" ON "stage"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "stage_tenant_id_pipeline_id_position_id_idx" ON "stage"("tenant_id", "pipeline_id", "position", "id");

-- CreateIndex
CREATE INDEX "stage_tenant_id_position_id_idx" ON "stage"("tenant_id", "position", "id");
-- The primary key comes after the other indexes: of indexes that cost the same on an empty table Postgres takes the newest, and
-- foreign key checks keep the plan they made then. Another one would read all of the tenant's rows for each check. For the same
-- reason every index ends with the id: one with few distinct entries is smaller than the key, and would be preferred to it.
ALTER TABLE "pipeline" ADD CONSTRAINT "pipeline_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "stage" ADD CONSTRAINT "stage_pkey" PRIMARY KEY ("tenant_id","id");

-- AddForeignKey
ALTER TABLE "pipeline" ADD CONSTRAINT "pipeline_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "pipeline" ADD CONSTRAINT "pipeline_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- AddForeignKey
ALTER TABLE "stage" ADD CONSTRAINT "stage_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "stage" ADD CONSTRAINT "stage_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "stage" ADD CONSTRAINT "stage_tenant_id_pipeline_id_fkey" FOREIGN KEY ("tenant_id", "pipeline_id") REFERENCES "pipeline"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
SELECT protect_record_table('pipeline');
SELECT protect_record_table('stage');
CREATE UNIQUE INDEX pipeline_name_living_key ON pipeline (tenant_id, name_norm) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pipeline_default_living_key ON pipeline (tenant_id) WHERE is_default AND deleted_at IS NULL;
CREATE UNIQUE INDEX stage_name_living_key ON stage (tenant_id, pipeline_id, name_norm) WHERE deleted_at IS NULL;
ALTER TABLE stage ADD CONSTRAINT stage_category_check CHECK (category IN ('open', 'won', 'lost'));
ALTER TABLE stage ADD CONSTRAINT stage_probability_check CHECK (probability BETWEEN 0 AND 100);
