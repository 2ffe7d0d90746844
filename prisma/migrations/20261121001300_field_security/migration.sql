-- CreateTable
CREATE TABLE "field_protection" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "key_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "job_id" UUID,
    "last_id" UUID,
    "done" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "field_protection_pkey" PRIMARY KEY ("tenant_id","object","field","kind")
);

-- CreateTable
CREATE TABLE "masking_token" (
    "tenant_id" UUID NOT NULL,
    "token" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "masking_token_pkey" PRIMARY KEY ("tenant_id","token","record_id")
);

-- CreateTable
CREATE TABLE "masking_log" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" UUID,
    "object" TEXT NOT NULL,
    "record_ids" UUID[],
    "clear_fields" TEXT[],
    "masked_fields" TEXT[],
    "route" TEXT NOT NULL,
    "correlation_id" TEXT NOT NULL,

    CONSTRAINT "masking_log_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateIndex
CREATE INDEX "masking_token_tenant_id_object_record_id_idx" ON "masking_token"("tenant_id", "object", "record_id");

-- CreateIndex
CREATE INDEX "masking_log_tenant_id_subject_id_id_idx" ON "masking_log"("tenant_id", "subject_id", "id");

-- CreateIndex
CREATE INDEX "masking_log_tenant_id_object_id_idx" ON "masking_log"("tenant_id", "object", "id");

-- CreateIndex
CREATE INDEX "masking_log_record_ids_idx" ON "masking_log" USING GIN ("record_ids");

-- CreateIndex
CREATE INDEX "masking_log_at_idx" ON "masking_log" USING BRIN ("at");


ALTER TABLE "field_protection" ADD CONSTRAINT "field_protection_state_check" CHECK (
  ("kind" = 'encryption' AND "state" IN ('encrypting', 'encrypted', 'decrypting'))
  OR ("kind" = 'tokens' AND "state" IN ('tokenizing', 'tokenized')));
ALTER TABLE "masking_log" ADD CONSTRAINT "masking_log_subject_kind_check" CHECK ("subject_kind" IN ('member', 'apiKey'));

-- The platform's log-in looks for fields whose rows are sealed under old keys.
SELECT protect_tenant_table('field_protection', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');
SELECT protect_tenant_table('masking_token', 'SELECT, INSERT, UPDATE, DELETE');
-- The log is written for all companies at once, and no request can change what stands in it.
SELECT protect_tenant_table('masking_log', 'SELECT', 'SELECT, INSERT, DELETE');

-- Array operators are not leakproof: under row security `record_ids @> …` could not use its index. This function carries the
-- tenant predicate itself. Ids, newest first; a null filter lets everything through, p_before continues a page.
CREATE FUNCTION masking_log_of_record(p_record uuid, p_object text, p_subject uuid, p_field text,
  p_from timestamptz, p_to timestamptz, p_before uuid, p_limit integer)
RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public AS $$
  SELECT l.id FROM masking_log l
   WHERE l.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
     AND l.record_ids @> ARRAY[p_record]
     AND (p_object IS NULL OR l.object = p_object)
     AND (p_subject IS NULL OR l.subject_id = p_subject)
     AND (p_field IS NULL OR p_field = ANY(l.clear_fields) OR p_field = ANY(l.masked_fields))
     AND (p_from IS NULL OR l.at >= p_from)
     AND (p_to IS NULL OR l.at < p_to)
     AND (p_before IS NULL OR l.id < p_before)
   ORDER BY l.id DESC LIMIT p_limit
$$;
REVOKE ALL ON FUNCTION masking_log_of_record(uuid, text, uuid, text, timestamptz, timestamptz, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION masking_log_of_record(uuid, text, uuid, text, timestamptz, timestamptz, uuid, integer) TO pellucid_app;
