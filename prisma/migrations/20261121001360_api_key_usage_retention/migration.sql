-- The platform's log-in forgets how often API keys were used, in all tenants.
CREATE POLICY platform_access ON "api_key_usage" FOR ALL TO pellucid_platform USING (true) WITH CHECK (true);
GRANT SELECT, DELETE ON "api_key_usage" TO pellucid_platform;
