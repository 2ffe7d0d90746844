-- Links between any two records. The records are in many tables, so no foreign key can hold them: the engine checks a link
-- when it is made, and deletions, restores and merges take it along. The primary key starts from the record that has the
-- field, the other index from the record that it is linked with. Both contain every column, so neither reads the table.
CREATE TABLE "record_link" (
    "tenant_id" UUID NOT NULL,
    "from_object" TEXT NOT NULL,
    "from_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "to_object" TEXT NOT NULL,
    "to_id" UUID NOT NULL,

    CONSTRAINT "record_link_pkey" PRIMARY KEY ("tenant_id","from_object","from_id","kind","to_object","to_id")
);
CREATE INDEX "record_link_to_idx" ON "record_link"("tenant_id", "to_object", "to_id", "kind", "from_object", "from_id");
SELECT protect_tenant_table('record_link');

-- Where the old ID of a merged record leads.
CREATE TABLE "record_redirect" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "from_id" UUID NOT NULL,
    "to_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "record_redirect_pkey" PRIMARY KEY ("tenant_id","object","from_id"),
    CONSTRAINT "record_redirect_leads_on" CHECK ("from_id" <> "to_id")
);
CREATE INDEX "record_redirect_to_idx" ON "record_redirect"("tenant_id", "object", "to_id");
SELECT protect_tenant_table('record_redirect');
