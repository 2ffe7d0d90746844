-- Lines are part of their deal (ADR 33). They keep their ids; from now on, the log contains them.
DROP INDEX "opportunity_line_position_key";

-- The log learns which lines there are, so that records as of a version have them from the present one on. Deleted deals are
-- logged with their lines when they are restored.
WITH lines AS (
  SELECT l."tenant_id", l."opportunity_id", o."version",
         jsonb_build_object(
           'lines', jsonb_build_object('before', '{}'::jsonb, 'after', jsonb_object_agg(l."id", l."position")),
           'lines.product', jsonb_build_object('before', '{}'::jsonb, 'after', jsonb_object_agg(l."id", l."product_id")),
           'lines.quantity', jsonb_build_object('before', '{}'::jsonb,
             'after', jsonb_object_agg(l."id", trim_scale(l."quantity"::numeric / 10000)::text)),
           'lines.unitPrice', jsonb_build_object('before', '{}'::jsonb,
             'after', jsonb_object_agg(l."id", trim_scale(l."unit_price"::numeric / 10000)::text)),
           'lines.discount', jsonb_build_object('before', '{}'::jsonb,
             'after', jsonb_object_agg(l."id", trim_scale(l."discount"::numeric / 10000)::text)),
           'lines.amount', jsonb_build_object('before', '{}'::jsonb,
             'after', jsonb_object_agg(l."id", trim_scale(l."amount"::numeric / 10000)::text))) AS changes,
         overlay(gen_random_uuid()::text PLACING left(uuid_v7_floor(clock_timestamp())::text, 14) || '7' FROM 1 FOR 15)::uuid AS event_id
    FROM "opportunity_line" l
    JOIN "opportunity" o ON o."tenant_id" = l."tenant_id" AND o."id" = l."opportunity_id"
   WHERE o."deleted_at" IS NULL
   GROUP BY l."tenant_id", l."opportunity_id", o."version"
), told AS (
  INSERT INTO "record_event" ("tenant_id", "id", "object", "record_id", "verb", "descriptor_version", "record_version", "changes",
      "actor_kind", "cause_kind", "correlation_id", "depth", "suppress", "at", "fields")
  SELECT "tenant_id", event_id, 'opportunity', "opportunity_id", 'linesChanged', 1, "version", changes,
         'system', 'system', 'owned-lines', 0, '{}', now(),
         ARRAY['lines', 'lines.product', 'lines.quantity', 'lines.unitPrice', 'lines.discount', 'lines.amount']
    FROM lines
)
INSERT INTO "event_outbox" ("tenant_id", "event_ids", "kinds")
SELECT "tenant_id", ARRAY[event_id], ARRAY['opportunity:linesChanged'] FROM lines;

-- Lines that deletions of products took: restoring a product brings them back through the engine.
UPDATE "deletion_effect" e
   SET "field" = 'lines.product',
       "taken" = jsonb_set(e."taken", '{kept}', (
         SELECT jsonb_agg(jsonb_build_object(
                  'id', k->>'id', 'position', (k->>'position')::int, 'product', k->>'product_id',
                  'quantity', trim_scale((k->>'quantity')::numeric / 10000)::text,
                  'unitPrice', trim_scale((k->>'unit_price')::numeric / 10000)::text,
                  'discount', trim_scale((k->>'discount')::numeric / 10000)::text,
                  'amount', trim_scale((k->>'amount')::numeric / 10000)::text))
           FROM jsonb_array_elements(e."taken"->'kept') k))
 WHERE e."object" = 'opportunity' AND e."effect" = 'unlink' AND e."field" = 'product' AND jsonb_typeof(e."taken"->'kept') = 'array';
