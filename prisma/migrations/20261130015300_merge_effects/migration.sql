-- What merges moved that is in no record's values: redirects, details of links, shares. Undoing a merge brings it back.
CREATE TABLE "merge_effect" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "from_id" UUID NOT NULL,
    "into_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "content" JSONB NOT NULL,

    CONSTRAINT "merge_effect_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "merge_effect_tenant_id_from_id_idx" ON "merge_effect"("tenant_id", "from_id");
SELECT protect_tenant_table('merge_effect', 'SELECT, INSERT, DELETE');
