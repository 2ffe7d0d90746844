-- What a deletion did beside the record itself, so that restoring the record brings all of it back.
CREATE TABLE "deletion_effect" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "root_object" TEXT NOT NULL,
    "root_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "effect" TEXT NOT NULL CHECK ("effect" IN ('delete', 'unlink')),
    "field" TEXT,
    "version" INTEGER NOT NULL,
    "taken" JSONB,

    CONSTRAINT "deletion_effect_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "deletion_effect_tenant_id_root_id_id_idx" ON "deletion_effect"("tenant_id", "root_id", "id");

SELECT protect_tenant_table('deletion_effect', 'SELECT, INSERT, DELETE');
