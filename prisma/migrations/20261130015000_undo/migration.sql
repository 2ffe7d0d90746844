-- What people have undone. Events of an undo have its id as their cause, so that they lead to what was undone.
CREATE TABLE "undo_run" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "target" TEXT NOT NULL,
    "cause" JSONB NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "undo_run_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "undo_run_tenant_id_target_id_idx" ON "undo_run"("tenant_id", "target", "id");
SELECT protect_tenant_table('undo_run', 'SELECT, INSERT');
