-- Why imports and moves ended early, and which move brought a stay in a stage. What moves read is kept while they run.
ALTER TABLE "import_run" ADD COLUMN "failure" JSONB;
ALTER TABLE "move_run" ADD COLUMN "failure" JSONB;
ALTER TABLE "move_run" ADD COLUMN "made_fields" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "import_file" ADD COLUMN "held_until" TIMESTAMPTZ(3);
ALTER TABLE "opportunity_stage_history" ADD COLUMN "brought_by" UUID;
