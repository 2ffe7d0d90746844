-- Built-in roles are read from the product. A company's rows keep only how its roles differ from it: what a row says about an
-- action on an object replaces what the product says about it, and "removed" names what the company took out. Nobody's rights
-- change; packages/platform/src/access/role-differences.ts reads the rows.
ALTER TABLE "role" ADD COLUMN "removed" JSONB NOT NULL DEFAULT '{}';

-- What the product defines at the time of this migration.
CREATE TEMP TABLE product_right ON COMMIT DROP AS
  SELECT 'companyAdmin' AS role, '{"object": "*", "action": "*", "scope": "all"}'::jsonb AS permission
  UNION ALL
  SELECT 'readOnly', '{"object": "*", "action": "read", "scope": "all"}'
  UNION ALL
  SELECT role, jsonb_build_object('object', object, 'action', 'read', 'scope', 'all')
    FROM unnest(ARRAY['salesManager', 'salesRep']) role, unnest(ARRAY['member', 'team', 'legalEntity', 'pipeline', 'stage']) object
  UNION ALL
  SELECT 'salesManager', jsonb_build_object('object', object, 'action', '*', 'scope', 'all')
    FROM unnest(ARRAY['account', 'contact', 'lead', 'opportunity', 'product', 'tag']) object
  UNION ALL
  SELECT 'salesRep', '{"object": "product", "action": "read", "scope": "all"}'
  UNION ALL
  SELECT 'salesRep', jsonb_build_object('object', object, 'action', action, 'scope', scope)
    FROM unnest(ARRAY['account', 'contact', 'lead', 'opportunity', 'tag']) object,
         unnest(ARRAY['read', 'create', 'update', 'delete', 'assign', 'bulk'],
                ARRAY['all', 'all', 'own', 'own', 'own', 'own']) d(action, scope);

CREATE TEMP TABLE product_system ON COMMIT DROP AS
  SELECT * FROM (VALUES ('companyAdmin', ARRAY['*']), ('salesManager', ARRAY['manageImports']),
                        ('salesRep', ARRAY[]::text[]), ('readOnly', ARRAY[]::text[])) s(role, system);

-- What each role and the product say about an action on an object.
CREATE TEMP TABLE place ON COMMIT DROP AS
  SELECT "tenant_id", "id", object, action,
         jsonb_agg(DISTINCT permission) FILTER (WHERE is_own) AS own,
         jsonb_agg(DISTINCT permission) FILTER (WHERE NOT is_own) AS product
    FROM (SELECT r."tenant_id", r."id", p->>'object' AS object, p->>'action' AS action, p AS permission, true AS is_own
            FROM "role" r, jsonb_array_elements(r."permissions") p
           WHERE r."built_in"
          UNION ALL
          SELECT r."tenant_id", r."id", p.permission->>'object', p.permission->>'action', p.permission, false
            FROM "role" r JOIN product_right p ON p.role = r."key"
           WHERE r."built_in") said
   GROUP BY "tenant_id", "id", object, action;

-- A change at "*" replaces everything beneath it.
CREATE TEMP TABLE replaced ON COMMIT DROP AS
  SELECT p.* FROM place p
   WHERE EXISTS (SELECT FROM place c
                  WHERE c."tenant_id" = p."tenant_id" AND c."id" = p."id" AND c.own IS DISTINCT FROM c.product
                    AND c.object IN ('*', p.object) AND c.action IN ('*', p.action));

UPDATE "role" r SET
    "permissions" = coalesce((
      SELECT jsonb_agg(e.value ORDER BY e.ordinality)
        FROM jsonb_array_elements(r."permissions") WITH ORDINALITY e
        JOIN replaced p ON p."tenant_id" = r."tenant_id" AND p."id" = r."id"
                       AND p.object = e.value->>'object' AND p.action = e.value->>'action'), '[]'),
    "system" = ARRAY(SELECT unnest(r."system") EXCEPT SELECT unnest(s.system)),
    "removed" = jsonb_strip_nulls(jsonb_build_object(
      'permissions', (SELECT jsonb_agg(jsonb_build_object('object', p.object, 'action', p.action))
                        FROM replaced p WHERE p."tenant_id" = r."tenant_id" AND p."id" = r."id"
                         AND EXISTS (SELECT jsonb_array_elements(p.product) EXCEPT SELECT jsonb_array_elements(p.own))),
      'system', (SELECT jsonb_agg(right_) FROM (SELECT unnest(s.system) AS right_ EXCEPT SELECT unnest(r."system")) gone)))
  FROM product_system s
 WHERE r."built_in" AND s.role = r."key";
