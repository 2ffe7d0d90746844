-- The platform's log-in clears away shares that are over, in all tenants.
CREATE POLICY platform_access ON record_share FOR ALL TO pellucid_platform USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE, DELETE ON record_share TO pellucid_platform;
