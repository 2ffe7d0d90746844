-- The history of a record has become its timeline. Layouts that place the panel keep it under its new key.
UPDATE "layout" SET "content" = replace("content"::text, '"panel": "history"', '"panel": "timeline"')::jsonb
 WHERE "content"::text LIKE '%"panel": "history"%';
