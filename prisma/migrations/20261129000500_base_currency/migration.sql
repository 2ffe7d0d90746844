-- Which base currency an amount is in stands with the record, so that a change of it can be recalculated record by record.
ALTER TABLE "account" ADD COLUMN "base_currency" TEXT;
ALTER TABLE "opportunity" ADD COLUMN "base_currency" TEXT;
UPDATE "account" a SET "base_currency" = s."base_currency" FROM "tenant_setting" s
  WHERE s."tenant_id" = a."tenant_id" AND a."annual_revenue" IS NOT NULL;
UPDATE "opportunity" o SET "base_currency" = s."base_currency" FROM "tenant_setting" s
  WHERE s."tenant_id" = o."tenant_id" AND (o."rate" IS NOT NULL OR o."base_amount" IS NOT NULL);

-- CreateTable
CREATE TABLE "base_currency_change" (
    "tenant_id" UUID NOT NULL,
    "from_currency" TEXT NOT NULL,
    "to_currency" TEXT NOT NULL,
    "state" TEXT NOT NULL CHECK ("state" IN ('running', 'done')),
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "base_currency_change_pkey" PRIMARY KEY ("tenant_id")
);
SELECT protect_tenant_table('base_currency_change', 'SELECT, INSERT, UPDATE', 'SELECT');
