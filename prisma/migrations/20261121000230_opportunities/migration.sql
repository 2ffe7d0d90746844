-- Opportunities: deals, their lines, the way they went, and exchange rates.

-- CreateTable
CREATE TABLE "opportunity" (
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
    "name_composed" BOOLEAN NOT NULL DEFAULT false,
    "account_id" UUID,
    "contact_id" UUID,
    "pipeline_id" UUID NOT NULL,
    "stage_id" UUID NOT NULL,
    "amount" BIGINT,
    "currency" TEXT NOT NULL,
    "rate" BIGINT,
    "rate_date" DATE,
    "base_amount" BIGINT,
    "close_date" DATE,
    "engage_date" DATE,
    "probability" BIGINT,
    "forecast_category" TEXT,
    "type" TEXT,
    "source" TEXT,
    "next_step" TEXT,
    "next_step_norm" TEXT COLLATE "C",
    "close_reason" TEXT,
    "close_reason_norm" TEXT COLLATE "C",
    "closed_at" TIMESTAMPTZ(3),
    "description" TEXT
);

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_created_at_id_idx" ON "opportunity"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_owner_id_created_at_id_idx" ON "opportunity"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_legal_entity_id_id_idx" ON "opportunity"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_name_norm_id_idx" ON "opportunity"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_account_id_created_at_id_idx" ON "opportunity"("tenant_id", "account_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_contact_id_id_idx" ON "opportunity"("tenant_id", "contact_id", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_pipeline_id_stage_id_close_date_id_idx" ON "opportunity"("tenant_id", "pipeline_id", "stage_id", "close_date", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_stage_id_close_date_id_idx" ON "opportunity"("tenant_id", "stage_id", "close_date", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_amount_id_idx" ON "opportunity"("tenant_id", "amount", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_base_amount_id_idx" ON "opportunity"("tenant_id", "base_amount", "id");

-- CreateIndex
CREATE INDEX "opportunity_tenant_id_close_date_id_idx" ON "opportunity"("tenant_id", "close_date", "id");
-- CreateTable
CREATE TABLE "opportunity_line" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "opportunity_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "quantity" BIGINT NOT NULL,
    "unit_price" BIGINT,
    "discount" BIGINT NOT NULL DEFAULT 0,
    "amount" BIGINT
);

-- CreateIndex
CREATE INDEX "opportunity_line_tenant_id_product_id_idx" ON "opportunity_line"("tenant_id", "product_id");

-- CreateTable
CREATE TABLE "opportunity_stage_history" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "opportunity_id" UUID NOT NULL,
    "stage_id" UUID NOT NULL,
    "entered_at" TIMESTAMPTZ(3) NOT NULL,
    "left_at" TIMESTAMPTZ(3),
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "inferred" BOOLEAN NOT NULL DEFAULT false
);

-- CreateIndex
CREATE INDEX "opportunity_stage_history_entered_idx" ON "opportunity_stage_history"("tenant_id", "opportunity_id", "entered_at", "id");

-- CreateIndex
CREATE INDEX "opportunity_stage_history_tenant_id_stage_id_entered_at_idx" ON "opportunity_stage_history"("tenant_id", "stage_id", "entered_at");
-- CreateTable
CREATE TABLE "exchange_rate" (
    "tenant_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "date" DATE NOT NULL,
    "rate" DECIMAL(20,10) NOT NULL
);
-- The primary key comes after the other indexes: of indexes that cost the same on an empty table Postgres takes the newest, and
-- foreign key checks keep the plan they made then. Another one would read all of the tenant's rows for each check. For the same
-- reason every index ends with the id: one with few distinct entries is smaller than the key, and would be preferred to it.
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "opportunity_line" ADD CONSTRAINT "opportunity_line_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "opportunity_stage_history" ADD CONSTRAINT "opportunity_stage_history_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "exchange_rate" ADD CONSTRAINT "exchange_rate_pkey" PRIMARY KEY ("tenant_id","currency","date");

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "account"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_tenant_id_contact_id_fkey" FOREIGN KEY ("tenant_id", "contact_id") REFERENCES "contact"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_tenant_id_pipeline_id_fkey" FOREIGN KEY ("tenant_id", "pipeline_id") REFERENCES "pipeline"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_tenant_id_stage_id_fkey" FOREIGN KEY ("tenant_id", "stage_id") REFERENCES "stage"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- AddForeignKey
ALTER TABLE "opportunity_line" ADD CONSTRAINT "opportunity_line_tenant_id_opportunity_id_fkey" FOREIGN KEY ("tenant_id", "opportunity_id") REFERENCES "opportunity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity_line" ADD CONSTRAINT "opportunity_line_tenant_id_product_id_fkey" FOREIGN KEY ("tenant_id", "product_id") REFERENCES "product"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- AddForeignKey
ALTER TABLE "opportunity_stage_history" ADD CONSTRAINT "opportunity_stage_history_tenant_id_opportunity_id_fkey" FOREIGN KEY ("tenant_id", "opportunity_id") REFERENCES "opportunity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "opportunity_stage_history" ADD CONSTRAINT "opportunity_stage_history_tenant_id_stage_id_fkey" FOREIGN KEY ("tenant_id", "stage_id") REFERENCES "stage"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
SELECT protect_record_table('opportunity');
SELECT protect_tenant_table('opportunity_line');
SELECT protect_tenant_table('opportunity_stage_history', 'SELECT, INSERT, UPDATE');
SELECT protect_tenant_table('exchange_rate');
ALTER TABLE opportunity_line ADD CONSTRAINT opportunity_line_quantity_check CHECK (quantity > 0);
ALTER TABLE opportunity_line ADD CONSTRAINT opportunity_line_discount_check CHECK (discount BETWEEN 0 AND 1000000);
ALTER TABLE exchange_rate ADD CONSTRAINT exchange_rate_rate_check CHECK (rate > 0);
CREATE UNIQUE INDEX opportunity_line_position_key ON opportunity_line (tenant_id, opportunity_id, position);
-- A deal is in one stage at a time.
CREATE UNIQUE INDEX opportunity_stage_history_open_key ON opportunity_stage_history (tenant_id, opportunity_id) WHERE left_at IS NULL;
