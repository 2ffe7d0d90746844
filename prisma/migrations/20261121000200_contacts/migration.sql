-- Contacts and their links to accounts.

-- CreateTable
CREATE TABLE "contact" (
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
    "first_name" TEXT,
    "first_name_norm" TEXT COLLATE "C",
    "last_name" TEXT,
    "last_name_norm" TEXT COLLATE "C",
    "email" TEXT,
    "email_norm" TEXT COLLATE "C",
    "phone" TEXT,
    "phone_norm" TEXT COLLATE "C",
    "mobile" TEXT,
    "mobile_norm" TEXT COLLATE "C",
    "job_title" TEXT,
    "job_title_norm" TEXT COLLATE "C",
    "department" TEXT,
    "department_norm" TEXT COLLATE "C",
    "street" TEXT,
    "postal_code" TEXT,
    "city" TEXT,
    "city_norm" TEXT COLLATE "C",
    "region" TEXT,
    "region_norm" TEXT COLLATE "C",
    "country" TEXT,
    "country_norm" TEXT COLLATE "C",
    "description" TEXT
);

-- CreateIndex
CREATE INDEX "contact_tenant_id_created_at_id_idx" ON "contact"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "contact_tenant_id_owner_id_created_at_id_idx" ON "contact"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "contact_tenant_id_legal_entity_id_id_idx" ON "contact"("tenant_id", "legal_entity_id", "id");

-- CreateIndex
CREATE INDEX "contact_tenant_id_last_name_norm_id_idx" ON "contact"("tenant_id", "last_name_norm", "id");

-- CreateIndex
CREATE INDEX "contact_tenant_id_email_norm_id_idx" ON "contact"("tenant_id", "email_norm", "id");
-- CreateTable
CREATE TABLE "account_contact" (
    "tenant_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "role" TEXT,
    "role_norm" TEXT COLLATE "C",
    "is_primary" BOOLEAN NOT NULL DEFAULT false,
    "position" INTEGER NOT NULL DEFAULT 0,
    "linked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateIndex
CREATE INDEX "account_contact_tenant_id_contact_id_position_idx" ON "account_contact"("tenant_id", "contact_id", "position");

-- CreateIndex
CREATE INDEX "account_contact_tenant_id_account_id_linked_at_idx" ON "account_contact"("tenant_id", "account_id", "linked_at");
-- The primary key comes after the other indexes: of indexes that cost the same on an empty table Postgres takes the newest, and
-- foreign key checks keep the plan they made then. Another one would read all of the tenant's rows for each check. For the same
-- reason every index ends with the id: one with few distinct entries is smaller than the key, and would be preferred to it.
ALTER TABLE "contact" ADD CONSTRAINT "contact_pkey" PRIMARY KEY ("tenant_id","id");
ALTER TABLE "account_contact" ADD CONSTRAINT "account_contact_pkey" PRIMARY KEY ("tenant_id","account_id","contact_id");

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenant_id_owner_id_fkey" FOREIGN KEY ("tenant_id", "owner_id") REFERENCES "member"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_tenant_id_legal_entity_id_fkey" FOREIGN KEY ("tenant_id", "legal_entity_id") REFERENCES "legal_entity"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
-- AddForeignKey
ALTER TABLE "account_contact" ADD CONSTRAINT "account_contact_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "account"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "account_contact" ADD CONSTRAINT "account_contact_tenant_id_contact_id_fkey" FOREIGN KEY ("tenant_id", "contact_id") REFERENCES "contact"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
SELECT protect_record_table('contact');
SELECT protect_tenant_table('account_contact');

-- At most one primary contact per account, at any moment.
CREATE UNIQUE INDEX account_contact_primary_key ON account_contact (tenant_id, account_id) WHERE is_primary;

-- At least one, and a living one, at commit: proof in the database of what the contacts module keeps under a lock.
CREATE FUNCTION check_account_primary(p_tenant uuid, p_account uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_primary_living boolean;
BEGIN
  SELECT c.deleted_at IS NULL INTO v_primary_living
    FROM account_contact ac JOIN contact c ON c.tenant_id = ac.tenant_id AND c.id = ac.contact_id
   WHERE ac.tenant_id = p_tenant AND ac.account_id = p_account AND ac.is_primary;
  IF v_primary_living THEN RETURN; END IF;
  IF v_primary_living IS NULL AND NOT EXISTS (
    SELECT 1 FROM account_contact ac JOIN contact c ON c.tenant_id = ac.tenant_id AND c.id = ac.contact_id
     WHERE ac.tenant_id = p_tenant AND ac.account_id = p_account AND c.deleted_at IS NULL) THEN RETURN; END IF;
  RAISE EXCEPTION 'account % needs exactly one living primary contact', p_account
    USING ERRCODE = 'check_violation', CONSTRAINT = 'account_contact_one_primary';
END $$;

CREATE FUNCTION account_contact_one_primary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM check_account_primary(OLD.tenant_id, OLD.account_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM check_account_primary(NEW.tenant_id, NEW.account_id); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION contact_one_primary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_account_primary(ac.tenant_id, ac.account_id)
     FROM account_contact ac WHERE ac.tenant_id = NEW.tenant_id AND ac.contact_id = NEW.id;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER account_contact_one_primary AFTER INSERT OR UPDATE OR DELETE ON account_contact
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION account_contact_one_primary();
CREATE CONSTRAINT TRIGGER contact_one_primary AFTER UPDATE OF deleted_at ON contact
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION contact_one_primary();
