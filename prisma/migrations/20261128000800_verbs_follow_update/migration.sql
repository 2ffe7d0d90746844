-- An object's own verbs (win, convert) follow a role's right to change records, until the role names the verb. Roles from before
-- keep what they allow: where they allow changes and not a verb, the verb is set apart with no reach; where a verb reaches as far
-- as changes do, it follows them from now on. The built-in Sales Rep, where a company left it as it was, changes, deletes and gives
-- away own records only. Each changed role says so in its history.
CREATE TEMP TABLE verbs_before ON COMMIT DROP AS
  SELECT "tenant_id", "id", "key", "description", "permissions" FROM "role";

CREATE FUNCTION pg_temp.sorted(p jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_agg(e ORDER BY e::text), '[]'::jsonb) FROM jsonb_array_elements(p) e
$$;

-- What every company's Sales Rep was born with.
CREATE TEMP TABLE old_rep ON COMMIT DROP AS
  SELECT pg_temp.sorted(jsonb_agg(jsonb_build_object('object', o, 'action', a, 'scope', 'all'))) AS permissions
    FROM (SELECT unnest(ARRAY['member', 'team', 'legalEntity', 'pipeline', 'stage', 'product']) AS o, 'read' AS a
          UNION ALL
          SELECT o, a FROM unnest(ARRAY['account', 'contact', 'lead', 'opportunity', 'tag']) o,
                           unnest(ARRAY['read', 'create', 'update', 'delete', 'assign', 'bulk']) a
          UNION ALL
          SELECT 'lead', unnest(ARRAY['convert', 'reopen', 'disqualify'])
          UNION ALL
          SELECT 'opportunity', unnest(ARRAY['move', 'win', 'lose', 'reopen'])) every;

UPDATE "role" r SET
    "permissions" = (
      SELECT jsonb_agg(jsonb_build_object('object', o, 'action', a, 'scope', s) ORDER BY n, m)
        FROM (SELECT o, 'read' AS a, 'all' AS s, n, 0 AS m
                FROM unnest(ARRAY['member', 'team', 'legalEntity', 'pipeline', 'stage', 'product']) WITH ORDINALITY c(o, n)
              UNION ALL
              SELECT o, a, s, 10 + n, m
                FROM unnest(ARRAY['account', 'contact', 'lead', 'opportunity', 'tag']) WITH ORDINALITY c(o, n),
                     unnest(ARRAY['read', 'create', 'update', 'delete', 'assign', 'bulk'],
                            ARRAY['all', 'all', 'own', 'own', 'own', 'own']) WITH ORDINALITY d(a, s, m)) every),
    "description" = CASE WHEN "description" = 'Works with sales records.'
                         THEN 'Sees all sales records, works with their own.' ELSE "description" END
  FROM old_rep
 WHERE r."key" = 'salesRep' AND r."fields" = '[]'::jsonb AND r."system" = '{}'
   AND pg_temp.sorted(r."permissions") = old_rep.permissions;

-- Every other role: verb by verb.
DO $$
DECLARE
  pair record;
BEGIN
  FOR pair IN
    SELECT * FROM (VALUES ('lead', 'convert'), ('lead', 'disqualify'), ('lead', 'reopen'),
                          ('opportunity', 'move'), ('opportunity', 'win'), ('opportunity', 'lose'), ('opportunity', 'reopen'))
      AS v(object, verb)
  LOOP
    UPDATE "role" r SET "permissions" = CASE
        WHEN s.named = 0 THEN r."permissions" || jsonb_build_object('object', pair.object, 'action', pair.verb, 'scope', 'none')
        ELSE (SELECT jsonb_agg(e.value ORDER BY e.ordinality)
                FROM jsonb_array_elements(r."permissions") WITH ORDINALITY e
               WHERE NOT (e.value->>'object' = pair.object AND e.value->>'action' = pair.verb)) END
      FROM (SELECT b."tenant_id", b."id",
                   count(*) FILTER (WHERE e->>'action' = pair.verb) AS named,
                   count(*) FILTER (WHERE e->>'action' = 'update' AND e->>'scope' <> 'none') AS changes,
                   count(*) FILTER (WHERE e->>'action' = '*' AND e->>'scope' = 'all' AND NOT e ? 'condition') AS everything,
                   bool_and(e->>'object' = pair.object) FILTER (WHERE e->>'action' = pair.verb) AS by_name,
                   pg_temp.sorted(jsonb_agg(e - 'action' - 'object') FILTER (WHERE e->>'action' = pair.verb)) AS reach,
                   pg_temp.sorted(jsonb_agg(e - 'action' - 'object') FILTER (WHERE e->>'action' = 'update')) AS change_reach
              FROM verbs_before b, jsonb_array_elements(b."permissions") e
             WHERE e->>'object' IN (pair.object, '*')
             GROUP BY b."tenant_id", b."id") s
     WHERE s."tenant_id" = r."tenant_id" AND s."id" = r."id" AND s.changes > 0
       AND NOT EXISTS (SELECT FROM verbs_before b, old_rep
                        WHERE b."tenant_id" = r."tenant_id" AND b."id" = r."id" AND b."key" = 'salesRep'
                          AND pg_temp.sorted(b."permissions") = old_rep.permissions
                          AND r."fields" = '[]'::jsonb AND r."system" = '{}')
       AND ((s.named = 0 AND s.everything = 0) OR (s.named > 0 AND s.by_name AND s.reach = s.change_reach));
  END LOOP;
END $$;

-- What changed stands in the log, without the values of conditions and presets, and is known at once.
WITH changed AS (
  UPDATE "role" r SET "version" = r."version" + 1, "updated_at" = now()
    FROM verbs_before b
   WHERE b."tenant_id" = r."tenant_id" AND b."id" = r."id" AND b."permissions" <> r."permissions"
  RETURNING r."tenant_id", r."id", b."permissions" AS before, r."permissions" AS after,
            b."description" AS said, r."description" AS says,
            overlay(gen_random_uuid()::text PLACING left(uuid_v7_floor(now())::text, 14) || '7' FROM 1 FOR 15)::uuid AS event_id
), told AS (
  INSERT INTO "record_event" ("tenant_id", "id", "object", "record_id", "verb", "descriptor_version", "record_version", "changes",
      "actor_kind", "cause_kind", "correlation_id", "depth", "suppress", "at", "fields")
  SELECT "tenant_id", event_id, 'security.role', "id", 'roleChanged', 1, 0,
         jsonb_build_object('permissions', jsonb_build_object(
           'before', (SELECT jsonb_agg(e - 'condition' - 'preset') FROM jsonb_array_elements(before) e),
           'after', (SELECT jsonb_agg(e - 'condition' - 'preset') FROM jsonb_array_elements(after) e)))
         || CASE WHEN said <> says
                 THEN jsonb_build_object('description', jsonb_build_object('before', said, 'after', says)) ELSE '{}'::jsonb END,
         'system', 'system', 'verbs-follow-update', 0, '{}', now(),
         CASE WHEN said <> says THEN ARRAY['permissions', 'description'] ELSE ARRAY['permissions'] END
    FROM changed
), handed AS (
  INSERT INTO "event_outbox" ("tenant_id", "event_ids") SELECT "tenant_id", ARRAY[event_id] FROM changed
)
UPDATE "tenant" SET "access_version" = "access_version" + 1 WHERE "id" IN (SELECT "tenant_id" FROM changed);
