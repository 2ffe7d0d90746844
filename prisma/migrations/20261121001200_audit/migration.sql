-- AlterTable
-- Keys of the fields that changed, also of those whose values stand under the record's secret.
ALTER TABLE "record_event" ADD COLUMN     "fields" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Of older events only the open fields are known.
UPDATE "record_event" SET "fields" = ARRAY(SELECT jsonb_object_keys("changes") ORDER BY 1);

-- CreateTable
CREATE TABLE "audit_seal" (
    "tenant_id" UUID NOT NULL,
    "number" BIGINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "to_position" BIGINT NOT NULL,
    "format" SMALLINT NOT NULL,
    "entries" BYTEA NOT NULL,
    "root" BYTEA NOT NULL,
    "prev" BYTEA NOT NULL,
    "mac" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("tenant_id","number")
);

-- Each filter of the audit walks an index of its own, newest first. A record's id is unique over all objects, so its history
-- needs no index with the object in front.
-- DropIndex
DROP INDEX "record_event_tenant_id_object_record_id_id_idx";

-- DropIndex
DROP INDEX "record_event_tenant_id_correlation_id_idx";

-- CreateIndex
CREATE INDEX "record_event_tenant_id_record_id_id_idx" ON "record_event"("tenant_id", "record_id", "id");

-- CreateIndex
CREATE INDEX "record_event_tenant_id_object_id_idx" ON "record_event"("tenant_id", "object", "id");

-- CreateIndex
CREATE INDEX "record_event_tenant_id_actor_id_id_idx" ON "record_event"("tenant_id", "actor_id", "id");

-- CreateIndex
CREATE INDEX "record_event_tenant_id_verb_id_idx" ON "record_event"("tenant_id", "verb", "id");

-- CreateIndex
CREATE INDEX "record_event_tenant_id_correlation_id_id_idx" ON "record_event"("tenant_id", "correlation_id", "id");

-- Hashes do not compress: they are kept beside the row as they are.
ALTER TABLE "audit_seal" ALTER COLUMN "entries" SET STORAGE EXTERNAL;

-- A seal is never changed. The platform's log-in looks for tenants whose feed has grown since.
SELECT protect_tenant_table('audit_seal', 'SELECT, INSERT', 'SELECT');
