-- The first records that contain a text, in the order of one column: a list with such a filter needs only its page, not all
-- records that match. Like record_text_match, it carries the tenant predicate itself and returns ids only.
CREATE FUNCTION record_text_page(p_table text, p_column text, p_pattern text, p_prefilter text, p_deleted boolean,
  p_order text, p_descending boolean, p_limit integer, p_after text, p_after_id uuid)
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
      SELECT id, %5$I FROM public.%1$I WHERE tenant_id = $1 AND deleted_at IS %2$s NULL AND %3$I LIKE $2 %4$s
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
    p_limit)
    USING v_tenant, p_pattern, p_prefilter, p_after, p_after_id;
END $$;
REVOKE ALL ON FUNCTION record_text_page(text, text, text, text, boolean, text, boolean, integer, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_text_page(text, text, text, text, boolean, text, boolean, integer, text, uuid) TO pellucid_app;
