-- Products: what is sold.

-- CreateTable
CREATE TABLE "product" (
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
    "family" TEXT,
    "family_norm" TEXT COLLATE "C",
    "sku" TEXT,
    "sku_norm" TEXT COLLATE "C",
    "price" BIGINT,
    "currency" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "description" TEXT
);

-- CreateIndex
CREATE INDEX "product_tenant_id_created_at_id_idx" ON "product"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "product_tenant_id_owner_id_created_at_id_idx" ON "product"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "product_tenant_id_legal_entity_id_id_idx" ON "product"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "product_tenant_id_name_norm_id_idx" ON "product"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "product_tenant_id_price_id_idx" ON "product"("tenant_id", "price", "id");
-- The primary key comes after the other indexes: of indexes that cost the same on an empty table Postgres takes the newest, and
-- foreign key checks keep the plan they made then. Another one would read all of the tenant's rows for each check. For the same
-- reason every index ends with the id: one with few distinct entries is smaller than the key, and would be preferred to it.
ALTER TABLE "product" ADD CONSTRAINT "product_pkey" PRIMARY KEY ("tenant_id","id");

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
SELECT protect_record_table('product');
CREATE UNIQUE INDEX product_name_living_key ON product (tenant_id, name_norm) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX product_sku_living_key ON product (tenant_id, sku_norm) WHERE deleted_at IS NULL AND sku_norm IS NOT NULL;
