-- Keys that outlive master keys, wrapped by the present one.
CREATE TABLE "installation_key" (
    "purpose" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "wrapped" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_key_pkey" PRIMARY KEY ("purpose","id")
);
SELECT protect_global_table('installation_key', 'SELECT, INSERT, UPDATE');

-- The platform's log-in wraps the keys of records anew, in all tenants; of imports it may already.
CREATE POLICY platform_access ON "record_secret" FOR ALL TO pellucid_platform USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE ("key_id", "wrapped") ON "record_secret" TO pellucid_platform;
