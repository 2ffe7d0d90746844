-- Leads: people and companies that may become customers.

-- CreateTable
CREATE TABLE "lead" (
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
    "first_name" TEXT,
    "first_name_norm" TEXT COLLATE "C",
    "last_name" TEXT,
    "last_name_norm" TEXT COLLATE "C",
    "company" TEXT,
    "company_norm" TEXT COLLATE "C",
    "job_title" TEXT,
    "job_title_norm" TEXT COLLATE "C",
    "email" TEXT,
    "email_norm" TEXT COLLATE "C",
    "phone" TEXT,
    "phone_norm" TEXT COLLATE "C",
    "mobile" TEXT,
    "mobile_norm" TEXT COLLATE "C",
    "website" TEXT,
    "website_norm" TEXT COLLATE "C",
    "industry" TEXT,
    "source" TEXT,
    "status" TEXT NOT NULL,
    "rating" TEXT,
    "street" TEXT,
    "postal_code" TEXT,
    "city" TEXT,
    "city_norm" TEXT COLLATE "C",
    "region" TEXT,
    "region_norm" TEXT COLLATE "C",
    "country" TEXT,
    "country_norm" TEXT COLLATE "C",
    "description" TEXT,
    "disqualify_reason" TEXT,
    "disqualify_reason_norm" TEXT COLLATE "C",
    "converted_at" TIMESTAMPTZ(3),
    "converted_account_id" UUID,
    "converted_contact_id" UUID,
    "converted_opportunity_id" UUID
);

-- CreateIndex
CREATE INDEX "lead_tenant_id_created_at_id_idx" ON "lead"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_owner_id_created_at_id_idx" ON "lead"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_legal_entity_id_id_idx" ON "lead"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_last_name_norm_id_idx" ON "lead"("tenant_id", "last_name_norm", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_company_norm_id_idx" ON "lead"("tenant_id", "company_norm", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_email_norm_id_idx" ON "lead"("tenant_id", "email_norm", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_status_created_at_id_idx" ON "lead"("tenant_id", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_converted_account_id_id_idx" ON "lead"("tenant_id", "converted_account_id", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_converted_contact_id_id_idx" ON "lead"("tenant_id", "converted_contact_id", "id");

-- CreateIndex
CREATE INDEX "lead_tenant_id_converted_opportunity_id_id_idx" ON "lead"("tenant_id", "converted_opportunity_id", "id");
-- The primary key comes after the other indexes: of indexes that cost the same on an empty table Postgres takes the newest, and
-- foreign key checks keep the plan they made then. Another one would read all of the tenant's rows for each check. For the same
-- reason every index ends with the id: one with few distinct entries is smaller than the key, and would be preferred to it.
ALTER TABLE "lead" ADD CONSTRAINT "lead_pkey" PRIMARY KEY ("tenant_id","id");

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_tenant_id_converted_account_id_fkey" FOREIGN KEY ("tenant_id", "converted_account_id") REFERENCES "account"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_tenant_id_converted_contact_id_fkey" FOREIGN KEY ("tenant_id", "converted_contact_id") REFERENCES "contact"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_tenant_id_converted_opportunity_id_fkey" FOREIGN KEY ("tenant_id", "converted_opportunity_id") REFERENCES "opportunity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
SELECT protect_record_table('lead');
