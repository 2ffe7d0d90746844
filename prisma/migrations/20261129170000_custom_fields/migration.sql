-- Fields that a tenant adds to objects, and the copies of values that lists and lookups start from.
CREATE TABLE "custom_field" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "position" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "custom_field_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "custom_field_tenant_id_object_name_key" ON "custom_field"("tenant_id", "object", "name");
CREATE UNIQUE INDEX "custom_field_tenant_id_object_slot_key" ON "custom_field"("tenant_id", "object", "slot");
SELECT protect_tenant_table('custom_field');

CREATE TABLE "custom_index" (
    "tenant_id" UUID NOT NULL,
    "field_id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "text_value" TEXT COLLATE "C",
    "int_value" BIGINT,
    "day_value" DATE,
    "time_value" TIMESTAMPTZ(3),
    "id_value" UUID,

    CONSTRAINT "custom_index_pkey" PRIMARY KEY ("tenant_id","field_id","record_id")
);
CREATE INDEX "custom_index_tenant_id_record_id_idx" ON "custom_index"("tenant_id", "record_id");
CREATE INDEX custom_index_text ON custom_index (tenant_id, field_id, text_value, record_id) WHERE text_value IS NOT NULL;
CREATE INDEX custom_index_int ON custom_index (tenant_id, field_id, int_value, record_id) WHERE int_value IS NOT NULL;
CREATE INDEX custom_index_day ON custom_index (tenant_id, field_id, day_value, record_id) WHERE day_value IS NOT NULL;
CREATE INDEX custom_index_time ON custom_index (tenant_id, field_id, time_value, record_id) WHERE time_value IS NOT NULL;
CREATE INDEX custom_index_id ON custom_index (tenant_id, field_id, id_value, record_id) WHERE id_value IS NOT NULL;
SELECT protect_tenant_table('custom_index');
