-- New records wait in the search index's pending list and are merged into it together, which takes a third of the work of an
-- insert. The list is kept short, so that a search, which reads all of it, takes no longer.
CREATE OR REPLACE FUNCTION protect_record_table(p_table regclass, p_platform text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM protect_tenant_table(p_table, 'SELECT, INSERT, UPDATE, DELETE', p_platform);
  EXECUTE format('CREATE INDEX %I ON %s USING gin (tenant_id, search_norm gin_trgm_ops)
      WITH (fastupdate = on, gin_pending_list_limit = 512) WHERE deleted_at IS NULL',
    (SELECT relname FROM pg_class WHERE oid = p_table) || '_search_trgm', p_table);
END $$;

DO $$
DECLARE
  v_index text;
BEGIN
  FOR v_index IN SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE '%\_search\_trgm' LOOP
    EXECUTE format('ALTER INDEX %I SET (fastupdate = on, gin_pending_list_limit = 512)', v_index);
  END LOOP;
END $$;
