-- Deleted (or restored) records whose effects on other records a job has still to carry out.
CREATE TABLE "cascade_target" (
    "tenant_id" UUID NOT NULL,
    "cascade_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "root_ids" UUID[] NOT NULL,
    "seq" BIGSERIAL NOT NULL,

    CONSTRAINT "cascade_target_pkey" PRIMARY KEY ("tenant_id","cascade_id","object","record_id")
);

CREATE INDEX "cascade_target_tenant_id_cascade_id_seq_idx" ON "cascade_target"("tenant_id", "cascade_id", "seq");

SELECT protect_tenant_table('cascade_target', 'SELECT, INSERT, DELETE');
GRANT USAGE ON SEQUENCE cascade_target_seq_seq TO pellucid_app;
