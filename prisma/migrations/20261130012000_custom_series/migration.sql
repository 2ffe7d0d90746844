-- The next number of each auto-number field that a tenant added. Numbers from early_next up to early_end are kept for records
-- that are older than the field.
CREATE TABLE "custom_series" (
    "tenant_id" UUID NOT NULL,
    "field_id" UUID NOT NULL,
    "next" BIGINT NOT NULL,
    "early_next" BIGINT NOT NULL,
    "early_end" BIGINT NOT NULL,

    CONSTRAINT "custom_series_pkey" PRIMARY KEY ("tenant_id","field_id"),
    CONSTRAINT "custom_series_tenant_id_field_id_fkey" FOREIGN KEY ("tenant_id", "field_id") REFERENCES "custom_field"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION
);
SELECT protect_tenant_table('custom_series');
