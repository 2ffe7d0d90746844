-- Objects that a tenant makes, and their records: one table for all of them, told apart by the object's number.
CREATE TABLE "custom_object" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "plural" TEXT NOT NULL,
    "number" SMALLINT NOT NULL,
    "label" TEXT NOT NULL,
    "plural_label" TEXT NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "purged_at" TIMESTAMPTZ(3),

    CONSTRAINT "custom_object_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "custom_object_tenant_id_name_key" ON "custom_object"("tenant_id", "name");
CREATE UNIQUE INDEX "custom_object_tenant_id_number_key" ON "custom_object"("tenant_id", "number");
CREATE UNIQUE INDEX custom_object_plural ON custom_object (tenant_id, plural) WHERE purged_at IS NULL;
SELECT protect_tenant_table('custom_object', 'SELECT, INSERT, UPDATE', 'SELECT');

CREATE TABLE "custom_record" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object_number" SMALLINT NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT,
    "name_norm" TEXT COLLATE "C",

    CONSTRAINT "custom_record_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "custom_record_tenant_id_object_number_created_at_id_idx" ON "custom_record"("tenant_id", "object_number", "created_at", "id");
CREATE INDEX "custom_record_tenant_id_object_number_name_norm_id_idx" ON "custom_record"("tenant_id", "object_number", "name_norm", "id");
CREATE INDEX "custom_record_tenant_id_object_number_owner_id_created_at_i_idx" ON "custom_record"("tenant_id", "object_number", "owner_id", "created_at", "id");
CREATE INDEX "custom_record_tenant_id_object_number_legal_entity_id_id_idx" ON "custom_record"("tenant_id", "object_number", "legal_entity_id", "id");
CREATE INDEX "custom_record_tenant_id_object_number_id_idx" ON "custom_record"("tenant_id", "object_number", "id");
ALTER TABLE "custom_record" ADD CONSTRAINT "custom_record_tenant_id_object_number_fkey" FOREIGN KEY ("tenant_id", "object_number") REFERENCES "custom_object"("tenant_id", "number") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "custom_record" ADD CONSTRAINT "custom_record_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "custom_record" ADD CONSTRAINT "custom_record_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
SELECT protect_tenant_table('custom_record');
-- See owner_name_order: an owner's stretch in the order of names, and what lists sort by of records known by their ids.
CREATE INDEX custom_record_owner_name ON custom_record (tenant_id, object_number, owner_id, name_norm, id) WHERE deleted_at IS NULL;
CREATE INDEX custom_record_heads ON custom_record (tenant_id, id) INCLUDE (object_number, owner_id, created_at, name_norm) WHERE deleted_at IS NULL;
CREATE INDEX custom_record_search_trgm ON custom_record USING gin (tenant_id, object_number, search_norm gin_trgm_ops)
  WITH (fastupdate = on, gin_pending_list_limit = 512) WHERE deleted_at IS NULL;

-- The text functions look in one part of a table that objects share.
DROP FUNCTION record_text_match(text, text, text, text, boolean, integer, text[]);
CREATE FUNCTION record_text_match(p_table text, p_column text, p_pattern text, p_prefilter text, p_deleted boolean, p_limit integer,
  p_also text[] DEFAULT '{}', p_part text DEFAULT NULL, p_part_value integer DEFAULT NULL)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = pg_catalog, public AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
BEGIN
  IF v_tenant IS NULL THEN RETURN; END IF;
  IF p_column !~ '^[a-z0-9_]+_norm$' OR NOT EXISTS (
    SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('public.' || quote_ident(p_table)) AND attname = 'search_norm') THEN
    RAISE EXCEPTION 'record_text_match: % . % is not a searchable column', p_table, p_column;
  END IF;
  RETURN QUERY EXECUTE format('SELECT id FROM public.%I WHERE tenant_id = $1 %s AND deleted_at IS %s NULL AND %I LIKE $2 %s %s %s',
    p_table,
    CASE WHEN p_part IS NULL THEN '' ELSE format('AND %I = %s', p_part, p_part_value) END,
    CASE WHEN p_deleted THEN 'NOT' ELSE '' END,
    p_column,
    CASE WHEN p_prefilter IS NULL THEN '' ELSE 'AND search_norm LIKE $3' END,
    (SELECT string_agg(format('AND search_norm LIKE %L', also), ' ') FROM unnest(p_also) also),
    CASE WHEN p_limit IS NULL THEN '' ELSE format('LIMIT %s', p_limit) END)
    USING v_tenant, p_pattern, p_prefilter;
END $$;
REVOKE ALL ON FUNCTION record_text_match(text, text, text, text, boolean, integer, text[], text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_text_match(text, text, text, text, boolean, integer, text[], text, integer) TO pellucid_app;

DROP FUNCTION record_text_page(text, text, text, text, boolean, text, boolean, integer, text, uuid);
CREATE FUNCTION record_text_page(p_table text, p_column text, p_pattern text, p_prefilter text, p_deleted boolean,
  p_order text, p_descending boolean, p_limit integer, p_after text, p_after_id uuid,
  p_part text DEFAULT NULL, p_part_value integer DEFAULT NULL)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, public AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_table regclass := to_regclass('public.' || quote_ident(p_table));
  v_type text;
BEGIN
  IF v_tenant IS NULL THEN RETURN; END IF;
  SELECT format_type(atttypid, NULL) INTO v_type FROM pg_attribute WHERE attrelid = v_table AND attname = p_order AND NOT attisdropped;
  IF p_column !~ '^[a-z0-9_]+_norm$' OR v_type IS NULL OR NOT EXISTS (
    SELECT 1 FROM pg_attribute WHERE attrelid = v_table AND attname = 'search_norm') THEN
    RAISE EXCEPTION 'record_text_page: % . % is not a searchable column, or % no column', p_table, p_column, p_order;
  END IF;
  -- Materialised, so that the planner starts from the trigram index: an estimate that is too high would make it walk the order
  -- instead, for as long as no record matches.
  RETURN QUERY EXECUTE format('WITH matched AS MATERIALIZED (
      SELECT id, %5$I FROM public.%1$I WHERE tenant_id = $1 %9$s AND deleted_at IS %2$s NULL AND %3$I LIKE $2 %4$s
        AND %5$I IS NOT NULL %6$s)
      SELECT id FROM matched ORDER BY %5$I %7$s, id %7$s LIMIT %8$s',
    p_table,
    CASE WHEN p_deleted THEN 'NOT' ELSE '' END,
    p_column,
    CASE WHEN p_prefilter IS NULL THEN '' ELSE 'AND search_norm LIKE $3' END,
    p_order,
    CASE WHEN p_after_id IS NULL THEN ''
      ELSE format('AND (%I, id) %s ($4::%s, $5)', p_order, CASE WHEN p_descending THEN '<' ELSE '>' END, v_type) END,
    CASE WHEN p_descending THEN 'DESC' ELSE '' END,
    p_limit,
    CASE WHEN p_part IS NULL THEN '' ELSE format('AND %I = %s', p_part, p_part_value) END)
    USING v_tenant, p_pattern, p_prefilter, p_after, p_after_id;
END $$;
REVOKE ALL ON FUNCTION record_text_page(text, text, text, text, boolean, text, boolean, integer, text, uuid, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_text_page(text, text, text, text, boolean, text, boolean, integer, text, uuid, text, integer) TO pellucid_app;
