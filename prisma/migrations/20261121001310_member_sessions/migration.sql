-- Sessions are global, the app has no right to them. When members of the bound tenant are deleted or restored, their sessions
-- end in the same transaction, so that none can outlive a membership, or come back with it.
CREATE FUNCTION end_sessions_of_members(p_members uuid[], p_because text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE session SET revoked_at = now(), revoked_because = p_because
   WHERE tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
     AND member_id = ANY(p_members) AND revoked_at IS NULL
$$;
REVOKE ALL ON FUNCTION end_sessions_of_members(uuid[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_sessions_of_members(uuid[], text) TO pellucid_app;
