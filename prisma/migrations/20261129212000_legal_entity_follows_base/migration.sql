-- A legal entity without a currency of its own bills in the base currency, also after that changes.
ALTER TABLE "legal_entity" ALTER COLUMN "currency" DROP NOT NULL;
UPDATE "legal_entity" e SET "currency" = NULL FROM "tenant_setting" s
 WHERE s."tenant_id" = e."tenant_id" AND e."currency" = s."base_currency";
