-- Rows of a file that are further lines of a record.
ALTER TABLE "import_run" ADD COLUMN "lines" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "import_row" ADD COLUMN "record_row" INTEGER;
