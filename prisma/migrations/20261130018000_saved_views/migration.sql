-- Saved views: how a list, board or calendar of an object is filtered, ordered and laid out, and who sees it.
CREATE TABLE "saved_view" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "content" JSONB NOT NULL DEFAULT '{}',
    "labels" JSONB NOT NULL DEFAULT '{}',
    "uses" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "owner_id" UUID,
    "is_for_everyone" BOOLEAN NOT NULL DEFAULT false,
    "is_pinned_for_all" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by_id" UUID,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("tenant_id","id")
);

-- People and teams that a view is shared with.
CREATE TABLE "saved_view_grantee" (
    "tenant_id" UUID NOT NULL,
    "view_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "grantee_id" UUID NOT NULL,

    CONSTRAINT "saved_view_grantee_pkey" PRIMARY KEY ("tenant_id","view_id","grantee_id")
);

-- The view that people with a role start with, one for each object.
CREATE TABLE "saved_view_default" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "role_id" UUID NOT NULL,
    "view_id" UUID NOT NULL,

    CONSTRAINT "saved_view_default_pkey" PRIMARY KEY ("tenant_id","object","role_id")
);

-- Views that people have pinned to their own navigation.
CREATE TABLE "saved_view_pin" (
    "tenant_id" UUID NOT NULL,
    "view_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,

    CONSTRAINT "saved_view_pin_pkey" PRIMARY KEY ("tenant_id","view_id","member_id")
);

CREATE INDEX "saved_view_tenant_id_object_id_idx" ON "saved_view"("tenant_id", "object", "id");
CREATE INDEX "saved_view_tenant_id_owner_id_id_idx" ON "saved_view"("tenant_id", "owner_id", "id");
CREATE INDEX "saved_view_grantee_tenant_id_grantee_id_idx" ON "saved_view_grantee"("tenant_id", "grantee_id");
CREATE INDEX "saved_view_default_tenant_id_view_id_idx" ON "saved_view_default"("tenant_id", "view_id");
CREATE INDEX "saved_view_default_tenant_id_role_id_idx" ON "saved_view_default"("tenant_id", "role_id");
CREATE INDEX "saved_view_pin_tenant_id_member_id_idx" ON "saved_view_pin"("tenant_id", "member_id");

ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_tenant_id_owner_id_fkey"
  FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "saved_view_grantee" ADD CONSTRAINT "saved_view_grantee_tenant_id_view_id_fkey"
  FOREIGN KEY ("tenant_id", "view_id") REFERENCES "saved_view"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "saved_view_default" ADD CONSTRAINT "saved_view_default_tenant_id_view_id_fkey"
  FOREIGN KEY ("tenant_id", "view_id") REFERENCES "saved_view"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "saved_view_pin" ADD CONSTRAINT "saved_view_pin_tenant_id_view_id_fkey"
  FOREIGN KEY ("tenant_id", "view_id") REFERENCES "saved_view"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "saved_view_pin" ADD CONSTRAINT "saved_view_pin_tenant_id_member_id_fkey"
  FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_kind_check" CHECK ("kind" IN ('list', 'board', 'calendar'));
ALTER TABLE "saved_view_grantee" ADD CONSTRAINT "saved_view_grantee_kind_check" CHECK ("kind" IN ('member', 'team'));

SELECT protect_tenant_table('saved_view', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('saved_view_grantee', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('saved_view_default', 'SELECT, INSERT, UPDATE, DELETE');
SELECT protect_tenant_table('saved_view_pin', 'SELECT, INSERT, UPDATE, DELETE');
