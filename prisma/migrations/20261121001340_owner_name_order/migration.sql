-- Lists by name of those who see what some people own: each owner's stretch of an index, already in order. Living rows only, so
-- that checks of foreign keys, which ask for any row, keep to the primary key.
CREATE INDEX "account_owner_name" ON "account"("tenant_id", "owner_id", "name_norm", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "contact_owner_name" ON "contact"("tenant_id", "owner_id", "last_name_norm", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "lead_owner_name" ON "lead"("tenant_id", "owner_id", "last_name_norm", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "opportunity_owner_name" ON "opportunity"("tenant_id", "owner_id", "name_norm", "id") WHERE "deleted_at" IS NULL;

-- What lists sort by, of records that are known by their ids (those shared with somebody): without looking at the rows.
CREATE INDEX "account_heads" ON "account"("tenant_id", "id") INCLUDE ("owner_id", "created_at", "name_norm") WHERE "deleted_at" IS NULL;
CREATE INDEX "contact_heads" ON "contact"("tenant_id", "id") INCLUDE ("owner_id", "created_at", "last_name_norm") WHERE "deleted_at" IS NULL;
CREATE INDEX "lead_heads" ON "lead"("tenant_id", "id") INCLUDE ("owner_id", "created_at", "last_name_norm") WHERE "deleted_at" IS NULL;
CREATE INDEX "opportunity_heads" ON "opportunity"("tenant_id", "id") INCLUDE ("owner_id", "created_at", "name_norm") WHERE "deleted_at" IS NULL;

-- Statistics for a record table that an import fills (see imports), now only while what it wrote outweighs what they know of:
-- of a table that was large before, plans hold, and its ANALYZE takes as long as some thousand rows.
DROP FUNCTION refresh_record_statistics(text);
CREATE FUNCTION refresh_record_statistics(p_table text, p_written integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  v_rows real;
BEGIN
  SELECT c.reltuples INTO v_rows FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'search_norm'
   WHERE c.oid = to_regclass('public.' || quote_ident(p_table));
  IF v_rows IS NULL THEN RAISE EXCEPTION 'refresh_record_statistics: % is no record table', p_table; END IF;
  IF v_rows * 4 < p_written THEN EXECUTE format('ANALYZE public.%I', p_table); END IF;
END $$;
REVOKE ALL ON FUNCTION refresh_record_statistics(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_record_statistics(text, integer) TO pellucid_app;
