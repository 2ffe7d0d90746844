-- The currency that a legal entity bills in. Until somebody chooses another one, it is the company's base currency.
ALTER TABLE "legal_entity" ADD COLUMN "currency" TEXT;
UPDATE "legal_entity" e SET "currency" = s."base_currency" FROM "tenant_setting" s WHERE s."tenant_id" = e."tenant_id";
ALTER TABLE "legal_entity" ALTER COLUMN "currency" SET NOT NULL;
