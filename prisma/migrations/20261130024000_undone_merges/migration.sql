-- A merge that was undone is kept with the undo that did it, so that undoing that one merges again.
ALTER TABLE "merge_effect" ADD COLUMN "undone_by" UUID;
GRANT UPDATE ON "merge_effect" TO pellucid_app;
