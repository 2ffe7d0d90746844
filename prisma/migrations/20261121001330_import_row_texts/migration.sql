-- What rows of a file held stands under a key of the import's own from here on, so that it can neither be read in the database
-- nor outlive its time: destroying the key is all it takes. Texts that stood in clear until now go with their columns; the rows
-- of an import that was running could not be finished without them, so it says what to do.
UPDATE "import_run" SET "status" = 'failed', "finished_at" = now(),
  "error" = 'The product was updated while this import ran. Upload the file again: what is written already is recognised by what identifies a row.'
 WHERE "status" IN ('queued', 'running');

ALTER TABLE "import_row" DROP COLUMN "cells",
DROP COLUMN "deferred",
DROP COLUMN "reason",
ADD COLUMN     "is_deferred" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "texts" BYTEA;

ALTER TABLE "import_run" ADD COLUMN     "key_id" TEXT,
ADD COLUMN     "wrapped_key" BYTEA;

-- The platform's log-in destroys keys that are past their time, in all tenants.
GRANT UPDATE ("key_id", "wrapped_key") ON "import_run" TO pellucid_platform;
