-- The platform's log-in looks every minute for activities of all tenants that people are to be reminded of.

CREATE POLICY platform_reads ON "activity" FOR SELECT TO pellucid_platform USING (true);
GRANT SELECT ("tenant_id", "id", "kind", "owner_id", "status", "due", "remind_at", "deleted_at") ON "activity" TO pellucid_platform;
