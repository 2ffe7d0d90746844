-- How many failed rows of an import may be duplicates.
ALTER TABLE "import_run" ADD COLUMN "duplicates" INTEGER NOT NULL DEFAULT 0;
