-- Imports match records by their external ids as well: without statistics the planner reads all of them for each batch.
CREATE OR REPLACE FUNCTION refresh_record_statistics(p_table text, p_written integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  v_table text;
BEGIN
  PERFORM FROM pg_attribute WHERE attrelid = to_regclass('public.' || quote_ident(p_table)) AND attname = 'search_norm';
  IF NOT FOUND THEN RAISE EXCEPTION 'refresh_record_statistics: % is no record table', p_table; END IF;
  FOR v_table IN
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
       AND c.relname IN (p_table, 'external_id') AND c.reltuples * 4 < p_written
  LOOP
    EXECUTE format('ANALYZE public.%I', v_table);
  END LOOP;
END $$;
