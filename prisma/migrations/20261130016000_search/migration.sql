-- The index of the global search (ADR 46): one document per record and visibility class.
CREATE TABLE "search_document" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "class" SMALLINT NOT NULL,
    "version" INTEGER NOT NULL,
    "owner_id" UUID,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "lexemes" tsvector NOT NULL,
    "typos" TEXT[],

    CONSTRAINT "search_document_pkey" PRIMARY KEY ("tenant_id","object","record_id","class")
);
CREATE TABLE "search_class" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "class" SMALLINT NOT NULL,
    "fields" TEXT[],
    "told" BOOLEAN NOT NULL,
    "form" TEXT NOT NULL,
    "is_ready" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "search_class_pkey" PRIMARY KEY ("tenant_id","object","class")
);
CREATE TABLE "search_state" (
    "tenant_id" UUID NOT NULL,
    "access_version" BIGINT NOT NULL,

    CONSTRAINT "search_state_pkey" PRIMARY KEY ("tenant_id")
);
SELECT protect_tenant_table('search_document');
SELECT protect_tenant_table('search_class', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT');
SELECT protect_tenant_table('search_state', 'SELECT, INSERT, UPDATE', 'SELECT');

-- Records that have changed since the index was last brought up to date, the latest first. Identifiers of events follow the
-- clock and not the order of commits, so events of the two seconds before count too, if the index does not have them.
-- A company whose feed is empty has not changed for long, or is new: then the last hour counts.
CREATE FUNCTION search_changed(p_consumer text, p_objects text[], p_limit integer)
RETURNS TABLE (object text, record_id uuid) LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  WITH reached AS (
    SELECT ('x' || substr(replace(f.event_id::text, '-', ''), 1, 12))::bit(48)::bigint AS ms
      FROM consumer_cursor c JOIN feed f ON f.tenant_id = c.tenant_id AND f.position <= c.position
     WHERE c.tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid) AND c.consumer = p_consumer
     ORDER BY f.position DESC LIMIT 1),
  since AS (
    SELECT (lpad(to_hex(coalesce((SELECT ms - 2000 FROM reached), (extract(epoch FROM now()) * 1000)::bigint - 3600000)), 12, '0')
      || '00000000000000000000')::uuid AS id)
  SELECT e.object, e.record_id FROM record_event e
   WHERE e.tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid) AND e.id > (SELECT id FROM since)
     AND e.object = any(p_objects)
     AND NOT EXISTS (SELECT FROM search_document d
       WHERE d.tenant_id = e.tenant_id AND d.object = e.object AND d.record_id = e.record_id AND d.version >= e.record_version)
   ORDER BY e.id DESC LIMIT p_limit
$$;
REVOKE ALL ON FUNCTION search_changed(text, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_changed(text, text[], integer) TO pellucid_app;

-- Each word stands behind the end of its tenant's id, so a search reads only the entries of its own tenant, also for the
-- first letters of a word.
CREATE INDEX "search_document_lexemes_idx" ON "search_document" USING GIN ("lexemes") WITH (fastupdate = off);
CREATE INDEX "search_document_typos_idx" ON "search_document" USING GIN ("typos") WITH (fastupdate = off);

-- Documents that contain all words, with the parts of their score. Row security would keep `@@` and `&&` from the indexes,
-- since they are not leakproof; the function carries the tenant predicate itself.
--   p_objects, p_classes  pairs of object and class that are searched
--   p_words               a tsquery for each word, all of which must match
--   p_typos               for each word, as text[] literals, what else matches it; null for none
--   p_rank, p_exact       tsqueries that rate a document: by the beginnings of words, and by whole words
--   p_own                 objects in which documents of p_member count as the searcher's own
--   p_newer, p_changed    documents that are newer than those in the index, and the records whose documents are not to be used
--   p_examined, p_cap     most documents that are rated, and most that are returned per object; null for all
CREATE FUNCTION search_matches(p_objects text[], p_classes smallint[], p_words text[], p_typos text[], p_rank text, p_exact text,
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
    WITH found AS MATERIALIZED (
      (SELECT d.object, d.record_id, d.class, d.version, d.owner_id, d.changed_at, d.lexemes FROM public.search_document d
        WHERE d.tenant_id = $1 AND %1$s AND (d.object, d.class) IN (SELECT * FROM unnest($2, $3))
          AND d.record_id <> ALL ($10) LIMIT %2$s)
      UNION ALL
      SELECT d.object, d.record_id, d.class, d.version, d.owner_id, d.changed_at, d.lexemes
        FROM json_populate_recordset(NULL::public.search_document, $9) d
       WHERE %1$s AND (d.object, d.class) IN (SELECT * FROM unnest($2, $3))),
    rated AS (
      SELECT f.object, f.record_id, f.class, f.version,
             least(1, ts_rank(''{0.2,0.4,0.7,1}'', f.lexemes, $4::tsquery) / 0.6079)::real AS begins,
             least(1, ts_rank(''{0.2,0.4,0.7,1}'', f.lexemes, $5::tsquery) / 0.6079)::real AS whole,
             (1 / (1 + greatest(0, extract(epoch FROM $8 - f.changed_at)) / 2592000))::real AS recency,
             coalesce(f.owner_id = $6 AND f.object = any($7), false) AS own
        FROM found f),
    scored AS (
      SELECT r.*, round(600 * r.begins + 200 * r.whole + 120 * r.recency + CASE WHEN r.own THEN 80 ELSE 0 END)::integer AS points
        FROM rated r),
    placed AS (
      SELECT s.*, row_number() OVER (PARTITION BY s.object ORDER BY s.points DESC, s.record_id) AS place FROM scored s)
    SELECT p.object, p.record_id, p.class, p.version, p.begins, p.whole, p.recency, p.own, p.points,
           coalesce((SELECT count(*) FROM found) >= %2$s, false) OR coalesce(p.place >= %3$s, false)
      FROM placed p WHERE p.place <= coalesce(%3$s, p.place)',
    v_where, coalesce(p_examined::text, 'NULL'), coalesce(p_cap::text, 'NULL::bigint'))
  USING v_tenant, p_objects, p_classes, p_rank, p_exact, p_member, p_own, p_now, p_newer, p_changed;
END $$;
REVOKE ALL ON FUNCTION search_matches(text[], smallint[], text[], text[], text, text, uuid, text[], timestamptz, json, uuid[], integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_matches(text[], smallint[], text[], text[], text, text, uuid, text[], timestamptz, json, uuid[], integer, integer) TO pellucid_app;
