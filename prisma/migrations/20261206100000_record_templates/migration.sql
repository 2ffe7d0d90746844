-- Values that new records start with, kept by name.
CREATE TABLE "record_template" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "uses" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "is_shared" BOOLEAN NOT NULL DEFAULT false,
    "owner_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "record_template_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "record_template_tenant_id_owner_id_id_idx" ON "record_template"("tenant_id", "owner_id", "id");

ALTER TABLE "record_template" ADD CONSTRAINT "record_template_tenant_id_owner_id_fkey"
  FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

SELECT protect_tenant_table('record_template', 'SELECT, INSERT, UPDATE, DELETE');
