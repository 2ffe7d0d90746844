-- Roles could grant rights that nothing asks for: to export and merge records, to manage workflows and billing. They are no
-- longer offered, and taken out of the roles that have them, so that these can be saved again.
UPDATE "role" r SET
  "system" = array_remove(array_remove(r."system", 'manageWorkflows'), 'manageBilling'),
  "permissions" = coalesce((
    SELECT jsonb_agg(p.value ORDER BY p.ordinality)
      FROM jsonb_array_elements(r."permissions") WITH ORDINALITY p
     WHERE p.value->>'action' NOT IN ('export', 'merge')), '[]'::jsonb)
 WHERE r."system" && ARRAY['manageWorkflows', 'manageBilling']
    OR r."permissions" @> '[{"action": "export"}]'
    OR r."permissions" @> '[{"action": "merge"}]';
