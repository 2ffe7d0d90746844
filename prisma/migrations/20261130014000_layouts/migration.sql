-- How forms, detail pages, peeks and cards of an object are laid out, by role and record type.
CREATE TABLE "layout" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "roles" UUID[] DEFAULT ARRAY[]::UUID[],
    "record_type" JSONB,
    "content" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "layout_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "layout_tenant_id_object_kind_idx" ON "layout"("tenant_id", "object", "kind");
SELECT protect_tenant_table('layout');
