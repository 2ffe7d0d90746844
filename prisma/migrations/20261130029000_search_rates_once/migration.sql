-- Rates each document once, and sorts the rated ones without their words. Before, the planner put the expressions of a score into
-- each place that names it, and searches for the first letters of common words spent most of their time on that.
--
-- Documents that contain all words, with the parts of their score. Row security would keep `@@` and `&&` from the indexes,
-- since they are not leakproof; the function carries the tenant predicate itself. Words stand behind the tenant's own prefix, so
-- the index of words finds next to nothing of others: the tenant is a filter that takes no index (IS TRUE), since another one
-- would read all documents of the tenant.
--   p_objects, p_classes  pairs of object and class that are searched
--   p_words               a tsquery for each word, all of which must match
--   p_typos               for each word, as text[] literals, what else matches it; null for none
--   p_rank, p_exact       tsqueries that rate a document: by the beginnings of words, and by whole words
--   p_own                 objects in which documents of p_member count as the searcher's own
--   p_newer, p_changed    documents that are newer than those in the index, and the records whose documents are not to be used
--   p_examined, p_cap     most documents that are rated, and most that are returned per object; null for all
CREATE OR REPLACE FUNCTION search_matches(p_objects text[], p_classes smallint[], p_words text[], p_typos text[], p_rank text, p_exact text,
  p_member uuid, p_own text[], p_now timestamptz, p_newer json, p_changed uuid[], p_examined integer, p_cap integer)
RETURNS TABLE (object text, record_id uuid, class smallint, version integer, begins real, whole real, recency real, own boolean,
  points integer, is_cut boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500
SET search_path = pg_catalog, public
SET enable_seqscan = off AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
  v_where text;
BEGIN
  IF v_tenant IS NULL OR coalesce(cardinality(p_words), 0) = 0 THEN RETURN; END IF;
  SELECT string_agg(CASE WHEN p_typos[n] IS NULL THEN format('d.lexemes @@ %L::tsquery', p_words[n])
      ELSE format('(d.lexemes @@ %L::tsquery OR d.typos && %L::text[])', p_words[n], p_typos[n]) END, ' AND ')
    INTO v_where FROM generate_subscripts(p_words, 1) n;
  RETURN QUERY EXECUTE format('
    WITH rated AS MATERIALIZED (
      SELECT f.object, f.record_id, f.class, f.version,
             least(1, ts_rank(''{0.2,0.4,0.7,1}'', f.lexemes, $4::tsquery) / 0.6079)::real AS begins,
             CASE WHEN f.lexemes @@ $5::tsquery
               THEN least(1, ts_rank(''{0.2,0.4,0.7,1}'', f.lexemes, $5::tsquery) / 0.6079) ELSE 0 END::real AS whole,
             (1 / (1 + greatest(0, date_part(''epoch'', $8 - f.changed_at)) / 2592000))::real AS recency,
             coalesce(f.owner_id = $6 AND f.object = any($7), false) AS own
        FROM (
          (SELECT d.object, d.record_id, d.class, d.version, d.owner_id, d.changed_at, d.lexemes FROM public.search_document d
            WHERE (d.tenant_id = $1) IS TRUE AND %1$s AND (d.object, d.class) IN (SELECT * FROM unnest($2, $3))
              AND d.record_id <> ALL ($10) LIMIT %2$s)
          UNION ALL
          SELECT d.object, d.record_id, d.class, d.version, d.owner_id, d.changed_at, d.lexemes
            FROM json_populate_recordset(NULL::public.search_document, $9) d
           WHERE %1$s AND (d.object, d.class) IN (SELECT * FROM unnest($2, $3))) f),
    scored AS (
      SELECT r.*, round(600 * r.begins + 200 * r.whole + 120 * r.recency + CASE WHEN r.own THEN 80 ELSE 0 END)::integer AS points
        FROM rated r),
    counted AS (SELECT r.object, count(*) AS own, sum(count(*)) OVER () AS overall FROM rated r GROUP BY r.object)
    SELECT p.object, p.record_id, p.class, p.version, p.begins, p.whole, p.recency, p.own, p.points,
           coalesce(c.overall >= %2$s, false) OR coalesce(c.own >= %3$s, false)
      FROM counted c CROSS JOIN LATERAL (
        SELECT s.* FROM scored s WHERE s.object = c.object ORDER BY s.points DESC, s.record_id LIMIT %3$s) p',
    v_where, coalesce(p_examined::text, 'NULL'), coalesce(p_cap::text, 'NULL::bigint'))
  USING v_tenant, p_objects, p_classes, p_rank, p_exact, p_member, p_own, p_now, p_newer, p_changed;
END $$;
