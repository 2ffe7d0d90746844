-- What a preview found besides the records that it matched: what names led to, and the settings and definitions it went by.
ALTER TABLE "import_row" ADD COLUMN "findings" BYTEA;
ALTER TABLE "import_run" ADD COLUMN "basis" TEXT;
