-- Stays in stages that another system recorded: they are told apart from those recorded here, and replace estimated ones.

-- AlterTable
ALTER TABLE "opportunity_stage_history" ADD COLUMN "imported" BOOLEAN NOT NULL DEFAULT false;

GRANT DELETE ON opportunity_stage_history TO pellucid_app;
