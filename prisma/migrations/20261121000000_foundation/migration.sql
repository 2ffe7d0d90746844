-- The foundation: tenancy, identity, people, the parts of the record engine, events and jobs.
-- The tables follow prisma/schema, row security, grants, partitions and functions are what Prisma cannot say.

-- CreateTable
CREATE TABLE "record_event" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "verb" TEXT NOT NULL,
    "descriptor_version" INTEGER NOT NULL,
    "record_version" INTEGER NOT NULL,
    "changes" JSONB NOT NULL,
    "personal" BYTEA,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "on_behalf_of" JSONB,
    "cause_kind" TEXT NOT NULL,
    "cause_id" UUID,
    "cause_version" INTEGER,
    "correlation_id" TEXT NOT NULL,
    "causation_id" UUID,
    "depth" SMALLINT NOT NULL DEFAULT 0,
    "suppress" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "record_event_pkey" PRIMARY KEY ("tenant_id","id")
) PARTITION BY RANGE ("id");

-- CreateTable
CREATE TABLE "event_outbox" (
    "tenant_id" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "event_ids" UUID[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_outbox_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "feed" (
    "tenant_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "event_id" UUID NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feed_pkey" PRIMARY KEY ("tenant_id","position")
);

-- CreateTable
CREATE TABLE "feed_head" (
    "tenant_id" UUID NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,
    "moved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feed_head_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "consumer_cursor" (
    "tenant_id" UUID NOT NULL,
    "consumer" TEXT NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "retry_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consumer_cursor_pkey" PRIMARY KEY ("tenant_id","consumer")
);

-- CreateTable
CREATE TABLE "record_secret" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    "wrapped" BYTEA NOT NULL,

    CONSTRAINT "record_secret_pkey" PRIMARY KEY ("tenant_id","object","record_id")
);

-- CreateTable
CREATE TABLE "job" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "error_class" TEXT,
    "last_error" TEXT,
    "idempotency_key" TEXT,
    "correlation_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "identity" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "email_norm" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "last_tenant_id" UUID,
    "failed_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "user_agent" TEXT NOT NULL DEFAULT '',
    "ip" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_because" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refresh_token" (
    "token_hash" TEXT NOT NULL,
    "session_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "password_reset" (
    "token_hash" TEXT NOT NULL,
    "identity_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "password_reset_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "invitation" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "member" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "identity_id" UUID,
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "email" TEXT,
    "email_norm" TEXT COLLATE "C",
    "status" TEXT NOT NULL DEFAULT 'active',
    "team_id" UUID,
    "manager_id" UUID
);

-- CreateTable
CREATE TABLE "team" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "description" TEXT,
    "parent_id" UUID,
    "manager_id" UUID
);

-- CreateTable
CREATE TABLE "legal_entity" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "registration_number" TEXT,
    "country" TEXT,
    "country_norm" TEXT COLLATE "C"
);

-- CreateTable
CREATE TABLE "role" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "key" TEXT,
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "built_in" BOOLEAN NOT NULL DEFAULT false,
    "permissions" JSONB NOT NULL DEFAULT '[]',
    "system" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "fields" JSONB NOT NULL DEFAULT '[]',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "member_role" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "member_role_pkey" PRIMARY KEY ("tenant_id","member_id","role_id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "tenant_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "answer" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("tenant_id","actor_id","key")
);

-- CreateTable
CREATE TABLE "external_id" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "value_norm" TEXT COLLATE "C" NOT NULL,
    "record_id" UUID NOT NULL,
    "living" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "external_id_pkey" PRIMARY KEY ("tenant_id","object","record_id","source")
);

-- CreateTable
CREATE TABLE "tag" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "color" TEXT
);

-- CreateTable
CREATE TABLE "record_tag" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "tag_id" UUID NOT NULL,

    CONSTRAINT "record_tag_pkey" PRIMARY KEY ("tenant_id","object","record_id","tag_id")
);

-- CreateTable
CREATE TABLE "field_option" (
    "tenant_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "field_option_pkey" PRIMARY KEY ("tenant_id","object","field","value")
);

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "subdomain" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "access_version" BIGINT NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant_setting" (
    "tenant_id" UUID NOT NULL,
    "zone" TEXT NOT NULL DEFAULT 'UTC',
    "locale" TEXT NOT NULL DEFAULT 'en',
    "base_currency" TEXT NOT NULL DEFAULT 'USD',
    "week_start" SMALLINT NOT NULL DEFAULT 1,
    "fiscal_year_start_month" SMALLINT NOT NULL DEFAULT 1,
    "feature_flags" JSONB NOT NULL DEFAULT '{}',
    "quotas" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_setting_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE INDEX "record_event_tenant_id_object_record_id_id_idx" ON "record_event"("tenant_id", "object", "record_id", "id");

-- CreateIndex
CREATE INDEX "record_event_tenant_id_correlation_id_idx" ON "record_event"("tenant_id", "correlation_id");

-- CreateIndex
CREATE INDEX "event_outbox_id_idx" ON "event_outbox"("id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_key" ON "feed"("tenant_id", "event_id");

-- CreateIndex
CREATE INDEX "job_state_run_at_idx" ON "job"("state", "run_at");

-- CreateIndex
CREATE INDEX "job_tenant_id_name_created_at_idx" ON "job"("tenant_id", "name", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "identity_email_norm_key" ON "identity"("email_norm");

-- CreateIndex
CREATE INDEX "session_identity_id_idx" ON "session"("identity_id");

-- CreateIndex
CREATE INDEX "session_tenant_id_revoked_at_idx" ON "session"("tenant_id", "revoked_at");

-- CreateIndex
CREATE INDEX "refresh_token_session_id_idx" ON "refresh_token"("session_id");

-- CreateIndex
CREATE INDEX "password_reset_identity_id_idx" ON "password_reset"("identity_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");

-- CreateIndex
CREATE INDEX "invitation_tenant_id_member_id_idx" ON "invitation"("tenant_id", "member_id");

-- CreateIndex
CREATE INDEX "member_tenant_id_created_at_id_idx" ON "member"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "member_tenant_id_name_norm_id_idx" ON "member"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "member_tenant_id_email_norm_id_idx" ON "member"("tenant_id", "email_norm", "id");

-- CreateIndex
CREATE INDEX "member_tenant_id_team_id_id_idx" ON "member"("tenant_id", "team_id", "id");

-- CreateIndex
CREATE INDEX "member_tenant_id_manager_id_id_idx" ON "member"("tenant_id", "manager_id", "id");

-- CreateIndex
CREATE INDEX "member_tenant_id_owner_id_id_idx" ON "member"("tenant_id", "owner_id", "id");

-- CreateIndex
CREATE INDEX "member_tenant_id_legal_entity_id_id_idx" ON "member"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "member_identity_id_idx" ON "member"("identity_id");

-- CreateIndex
CREATE INDEX "team_tenant_id_created_at_id_idx" ON "team"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "team_tenant_id_name_norm_id_idx" ON "team"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "team_tenant_id_parent_id_id_idx" ON "team"("tenant_id", "parent_id", "id");

-- CreateIndex
CREATE INDEX "team_tenant_id_manager_id_id_idx" ON "team"("tenant_id", "manager_id", "id");

-- CreateIndex
CREATE INDEX "team_tenant_id_owner_id_id_idx" ON "team"("tenant_id", "owner_id", "id");

-- CreateIndex
CREATE INDEX "team_tenant_id_legal_entity_id_id_idx" ON "team"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "legal_entity_tenant_id_created_at_id_idx" ON "legal_entity"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "legal_entity_tenant_id_name_norm_id_idx" ON "legal_entity"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "legal_entity_tenant_id_owner_id_id_idx" ON "legal_entity"("tenant_id", "owner_id", "id");

-- CreateIndex
CREATE INDEX "legal_entity_tenant_id_legal_entity_id_id_idx" ON "legal_entity"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "role_name_key" ON "role"("tenant_id", "name_norm");

-- CreateIndex
CREATE INDEX "member_role_tenant_id_role_id_idx" ON "member_role"("tenant_id", "role_id");

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

-- CreateIndex
CREATE INDEX "tag_tenant_id_created_at_id_idx" ON "tag"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "tag_tenant_id_name_norm_id_idx" ON "tag"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "tag_tenant_id_owner_id_id_idx" ON "tag"("tenant_id", "owner_id", "id");

-- CreateIndex
CREATE INDEX "tag_tenant_id_legal_entity_id_id_idx" ON "tag"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "record_tag_tenant_id_tag_id_idx" ON "record_tag"("tenant_id", "tag_id");

-- CreateIndex
CREATE UNIQUE INDEX "tenant_subdomain_key" ON "tenant"("subdomain");

-- The primary keys of record tables come after their other indexes: of indexes that cost the same on an empty table Postgres takes
-- the newest, and foreign key checks keep the plan they made then. For the same reason every index ends with the id.
ALTER TABLE "member" ADD CONSTRAINT "member_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "team" ADD CONSTRAINT "team_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "legal_entity" ADD CONSTRAINT "legal_entity_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "tag" ADD CONSTRAINT "tag_pkey" PRIMARY KEY ("tenant_id","id");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "password_reset" ADD CONSTRAINT "password_reset_identity_id_fkey" FOREIGN KEY ("identity_id") REFERENCES "identity"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_manager_id_fkey" FOREIGN KEY ("tenant_id", "manager_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_team_id_fkey" FOREIGN KEY ("tenant_id", "team_id") REFERENCES "team"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "team" ADD CONSTRAINT "team_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "team" ADD CONSTRAINT "team_tenant_id_manager_id_fkey" FOREIGN KEY ("tenant_id", "manager_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "team" ADD CONSTRAINT "team_tenant_id_parent_id_fkey" FOREIGN KEY ("tenant_id", "parent_id") REFERENCES "team"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "team" ADD CONSTRAINT "team_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "legal_entity" ADD CONSTRAINT "legal_entity_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "legal_entity" ADD CONSTRAINT "legal_entity_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "member_role" ADD CONSTRAINT "member_role_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "member_role" ADD CONSTRAINT "member_role_tenant_id_role_id_fkey" FOREIGN KEY ("tenant_id", "role_id") REFERENCES "role"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "record_tag" ADD CONSTRAINT "record_tag_tenant_id_tag_id_fkey" FOREIGN KEY ("tenant_id", "tag_id") REFERENCES "tag"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "tenant_setting" ADD CONSTRAINT "tenant_setting_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Context ---------------------------------------------------------------------------------------------------------------

-- Binds the transaction to a tenant and answers with its access version (null: no such tenant). One statement, so that the
-- setting costs no round trip of its own and stale caches are noticed with every query.
CREATE FUNCTION set_tenant(p_tenant uuid) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.tenant_id', p_tenant::text, true);
  RETURN (SELECT access_version FROM tenant WHERE id = p_tenant);
END $$;

-- Row security for a tenant table: FORCE, one policy for using and check, nothing without a context. The owner runs
-- migrations and needs a policy of its own, since FORCE binds it too. p_app and p_platform name the privileges granted.
CREATE FUNCTION protect_tenant_table(p_table regclass, p_app text DEFAULT 'SELECT, INSERT, UPDATE, DELETE', p_platform text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format($q$CREATE POLICY tenant_isolation ON %s FOR ALL TO pellucid_app
    USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))$q$, p_table);
  EXECUTE format('CREATE POLICY owner_access ON %s FOR ALL TO pellucid_owner USING (true) WITH CHECK (true)', p_table);
  EXECUTE format('CREATE POLICY backup_access ON %s FOR SELECT TO pellucid_backup USING (true)', p_table);
  EXECUTE format('GRANT SELECT ON %s TO pellucid_backup', p_table);
  IF p_app <> '' THEN
    EXECUTE format('GRANT %s ON %s TO pellucid_app', p_app, p_table);
  END IF;
  IF p_platform IS NOT NULL THEN
    EXECUTE format('CREATE POLICY platform_access ON %s FOR ALL TO pellucid_platform USING (true) WITH CHECK (true)', p_table);
    EXECUTE format('GRANT %s ON %s TO pellucid_platform', p_platform, p_table);
  END IF;
END $$;

-- Row security for a global table: the platform's log-in only, the app has no policy and no grant.
CREATE FUNCTION protect_global_table(p_table regclass, p_platform text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format('CREATE POLICY owner_access ON %s FOR ALL TO pellucid_owner USING (true) WITH CHECK (true)', p_table);
  EXECUTE format('CREATE POLICY backup_access ON %s FOR SELECT TO pellucid_backup USING (true)', p_table);
  EXECUTE format('GRANT SELECT ON %s TO pellucid_backup', p_table);
  EXECUTE format('CREATE POLICY platform_access ON %s FOR ALL TO pellucid_platform USING (true) WITH CHECK (true)', p_table);
  EXECUTE format('GRANT %s ON %s TO pellucid_platform', p_platform, p_table);
END $$;

-- A record table: tenant protection and the trigram index that quick search and `contains` go through.
-- The index is partial (living rows), so Prisma neither sees it nor reports it as drift.
CREATE FUNCTION protect_record_table(p_table regclass, p_platform text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM protect_tenant_table(p_table, 'SELECT, INSERT, UPDATE, DELETE', p_platform);
  EXECUTE format('CREATE INDEX %I ON %s USING gin (tenant_id, search_norm gin_trgm_ops) WITH (fastupdate = off) WHERE deleted_at IS NULL',
    (SELECT relname FROM pg_class WHERE oid = p_table) || '_search_trgm', p_table);
END $$;

-- Text matching under row security: LIKE is not leakproof, so a policy would keep it from the trigram index. This function
-- carries the tenant predicate itself and hands back ids. p_prefilter is a pattern on search_norm that every match also
-- fulfils (null: none), it may only be given for columns whose text stands in search_norm.
CREATE FUNCTION record_text_match(p_table text, p_column text, p_pattern text, p_prefilter text, p_deleted boolean, p_limit integer)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = pg_catalog, public AS $$
DECLARE
  v_tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
BEGIN
  IF v_tenant IS NULL THEN RETURN; END IF;
  IF p_column !~ '^[a-z0-9_]+_norm$' OR NOT EXISTS (
    SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('public.' || quote_ident(p_table)) AND attname = 'search_norm') THEN
    RAISE EXCEPTION 'record_text_match: % . % is not a searchable column', p_table, p_column;
  END IF;
  RETURN QUERY EXECUTE format('SELECT id FROM public.%I WHERE tenant_id = $1 AND deleted_at IS %s NULL AND %I LIKE $2 %s %s',
    p_table,
    CASE WHEN p_deleted THEN 'NOT' ELSE '' END,
    p_column,
    CASE WHEN p_prefilter IS NULL THEN '' ELSE 'AND search_norm LIKE $3' END,
    CASE WHEN p_limit IS NULL THEN '' ELSE format('LIMIT %s', p_limit) END)
    USING v_tenant, p_pattern, p_prefilter;
END $$;
REVOKE ALL ON FUNCTION record_text_match(text, text, text, text, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_text_match(text, text, text, text, boolean, integer) TO pellucid_app;

-- Event partitions ------------------------------------------------------------------------------------------------------

-- The smallest UUIDv7 of an instant (RFC 9562 5.7): month bounds of record_event.
CREATE FUNCTION uuid_v7_floor(p_at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- Makes the partitions of this month and the next p_ahead ones. Answers how many it made. Partitions get no grants: queried
-- directly, a partition would ignore its parent's policies.
CREATE FUNCTION ensure_event_partitions(p_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  v_from timestamptz; v_name text; v_made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_event_partitions'));
  FOR i IN 0..p_ahead LOOP
    v_from := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
    v_name := 'record_event_' || to_char(v_from AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass('public.' || v_name) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.record_event FOR VALUES FROM (%L) TO (%L)', v_name,
        uuid_v7_floor(v_from), uuid_v7_floor((v_from AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
      EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', v_name);
      EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', v_name);
      v_made := v_made + 1;
    END IF;
  END LOOP;
  RETURN v_made;
END $$;
REVOKE ALL ON FUNCTION ensure_event_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_event_partitions(integer) TO pellucid_platform;

CREATE TABLE record_event_default PARTITION OF record_event DEFAULT;
ALTER TABLE record_event_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE record_event_default FORCE ROW LEVEL SECURITY;

-- Protection ------------------------------------------------------------------------------------------------------------

-- A tenant sees its own row of `tenant` and may bump its access version.
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenant FOR ALL TO pellucid_app
  USING (id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY owner_access ON tenant FOR ALL TO pellucid_owner USING (true) WITH CHECK (true);
CREATE POLICY backup_access ON tenant FOR SELECT TO pellucid_backup USING (true);
CREATE POLICY platform_access ON tenant FOR ALL TO pellucid_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON tenant TO pellucid_app;
GRANT SELECT, UPDATE ON tenant TO pellucid_platform;
GRANT SELECT ON tenant TO pellucid_backup;

SELECT protect_tenant_table('tenant_setting', 'SELECT, INSERT, UPDATE');
SELECT protect_global_table('identity');
SELECT protect_global_table('session');
SELECT protect_global_table('refresh_token');
SELECT protect_global_table('password_reset');
SELECT protect_tenant_table('invitation', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT protect_record_table('member', 'SELECT');
SELECT protect_record_table('team');
SELECT protect_record_table('legal_entity');
SELECT protect_record_table('tag');
SELECT protect_tenant_table('role');
SELECT protect_tenant_table('member_role');
SELECT protect_tenant_table('idempotency', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT protect_tenant_table('external_id');
SELECT protect_tenant_table('record_tag');
SELECT protect_tenant_table('field_option');
SELECT protect_tenant_table('record_event', 'SELECT, INSERT', 'SELECT');
SELECT protect_tenant_table('event_outbox', 'INSERT', 'SELECT, DELETE');
SELECT protect_tenant_table('feed', 'SELECT', 'SELECT, INSERT');
SELECT protect_tenant_table('feed_head', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE');
SELECT protect_tenant_table('consumer_cursor', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT protect_tenant_table('record_secret', 'SELECT, INSERT, DELETE');
SELECT protect_tenant_table('job', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE, DELETE');
GRANT USAGE ON SEQUENCE event_outbox_id_seq TO pellucid_app;

-- A person joins through their own proof of identity, the app may add one inside a tenant's transaction (register, accept an
-- invitation), so that identity and membership commit together. It can read none. Answers null when the e-mail is taken.
CREATE FUNCTION create_identity(p_id uuid, p_email text, p_email_norm text, p_name text, p_password_hash text) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO identity (id, email, email_norm, name, password_hash) VALUES (p_id, p_email, p_email_norm, p_name, p_password_hash)
  ON CONFLICT (email_norm) DO NOTHING RETURNING id
$$;
REVOKE ALL ON FUNCTION create_identity(uuid, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_identity(uuid, text, text, text, text) TO pellucid_app;

-- Uniqueness among living rows, and what the values may be --------------------------------------------------------------

CREATE UNIQUE INDEX external_id_living_key ON external_id (tenant_id, object, source, value) WHERE living;
CREATE UNIQUE INDEX member_email_living_key ON member (tenant_id, email_norm) WHERE deleted_at IS NULL AND email_norm IS NOT NULL;
CREATE UNIQUE INDEX member_identity_living_key ON member (tenant_id, identity_id) WHERE deleted_at IS NULL AND identity_id IS NOT NULL;
CREATE UNIQUE INDEX team_name_living_key ON team (tenant_id, name_norm) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX legal_entity_name_living_key ON legal_entity (tenant_id, name_norm) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tag_name_living_key ON tag (tenant_id, name_norm) WHERE deleted_at IS NULL;
ALTER TABLE tenant ADD CONSTRAINT tenant_status_check CHECK (status IN ('active', 'suspended'));
ALTER TABLE member ADD CONSTRAINT member_status_check CHECK (status IN ('active', 'invited', 'inactive', 'external'));
ALTER TABLE job ADD CONSTRAINT job_state_check CHECK (state IN ('pending', 'running', 'done', 'dead', 'cancelled'));
CREATE UNIQUE INDEX job_idempotency_key ON job (tenant_id, name, idempotency_key) WHERE idempotency_key IS NOT NULL;

SELECT ensure_event_partitions(3);

-- Sessions of the bound tenant that were ended while an access token of theirs may still live. Only ids leave.
CREATE FUNCTION tenant_revoked_sessions() RETURNS TABLE (session_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT id FROM session
   WHERE tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND revoked_at > now() - interval '1 hour'
$$;
REVOKE ALL ON FUNCTION tenant_revoked_sessions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_revoked_sessions() TO pellucid_app;
