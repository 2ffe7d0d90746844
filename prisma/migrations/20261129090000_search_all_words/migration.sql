-- The quick search looks at a limited number of records per word. They must contain the other words too, or a record that
-- contains all words is missed as soon as one of them is common.
DROP FUNCTION record_text_match(text, text, text, text, boolean, integer);
CREATE FUNCTION record_text_match(p_table text, p_column text, p_pattern text, p_prefilter text, p_deleted boolean, p_limit integer,
  p_also text[] DEFAULT '{}')
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
  RETURN QUERY EXECUTE format('SELECT id FROM public.%I WHERE tenant_id = $1 AND deleted_at IS %s NULL AND %I LIKE $2 %s %s %s',
    p_table,
    CASE WHEN p_deleted THEN 'NOT' ELSE '' END,
    p_column,
    CASE WHEN p_prefilter IS NULL THEN '' ELSE 'AND search_norm LIKE $3' END,
    (SELECT string_agg(format('AND search_norm LIKE %L', also), ' ') FROM unnest(p_also) also),
    CASE WHEN p_limit IS NULL THEN '' ELSE format('LIMIT %s', p_limit) END)
    USING v_tenant, p_pattern, p_prefilter;
END $$;
REVOKE ALL ON FUNCTION record_text_match(text, text, text, text, boolean, integer, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_text_match(text, text, text, text, boolean, integer, text[]) TO pellucid_app;
