-- The built-in Sales Rep was given every verb on every sales object, also those the object does not have; such a role could not
-- be saved again. What an object does not have is taken out, in the order it stands.
UPDATE "role" r SET "permissions" = (
  SELECT jsonb_agg(p.value ORDER BY p.ordinality)
    FROM jsonb_array_elements(r."permissions") WITH ORDINALITY p
   WHERE NOT (p.value->>'action' IN ('convert', 'disqualify') AND p.value->>'object' IN ('account', 'contact', 'opportunity', 'tag'))
     AND NOT (p.value->>'action' IN ('move', 'win', 'lose') AND p.value->>'object' IN ('account', 'contact', 'lead', 'tag'))
     AND NOT (p.value->>'action' = 'reopen' AND p.value->>'object' IN ('account', 'contact', 'tag')))
 WHERE r."key" = 'salesRep';
