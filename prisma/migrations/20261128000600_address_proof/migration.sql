-- When the person first opened a link mailed to their address. Until then somebody else may have registered it (ADR 0017).
ALTER TABLE "identity" ADD COLUMN "email_verified_at" TIMESTAMPTZ(3);

-- Existing log-ins. An accepted invitation proves the address it was mailed to.
UPDATE identity i SET email_verified_at = now()
 WHERE EXISTS (
   SELECT 1 FROM member m JOIN invitation v ON v.tenant_id = m.tenant_id AND v.member_id = m.id
    WHERE m.identity_id = i.id AND v.accepted_at IS NOT NULL AND lower(m.email) = lower(i.email));

-- So does a password reset. A factor that is older than the reset may be a stranger's, and keeps the address unproven.
UPDATE identity i SET email_verified_at = now()
 WHERE email_verified_at IS NULL AND EXISTS (
   SELECT 1 FROM member m JOIN record_event e ON e.tenant_id = m.tenant_id AND e.record_id = m.id
    WHERE m.identity_id = i.id AND e.object = 'security.member' AND e.verb = 'passwordReset'
      AND NOT EXISTS (SELECT 1 FROM second_factor f WHERE f.identity_id = i.id AND f.created_at < e.at));

-- Revokes the API keys that the person made, in all their companies: a stranger who registered the address may hold them.
CREATE FUNCTION revoke_api_keys_of_identity(p_identity uuid) RETURNS TABLE (tenant_id uuid, member_id uuid, api_key_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH revoked AS (
    UPDATE api_key k SET revoked_at = now(), version = k.version + 1, updated_at = now()
      FROM member m
     WHERE m.identity_id = p_identity AND k.tenant_id = m.tenant_id AND k.created_by_id = m.id AND k.revoked_at IS NULL
    RETURNING k.tenant_id, m.id AS member_id, k.id AS api_key_id),
  bumped AS (
    UPDATE tenant t SET access_version = t.access_version + 1 WHERE t.id IN (SELECT r.tenant_id FROM revoked r))
  SELECT r.tenant_id, r.member_id, r.api_key_id FROM revoked r
$$;
REVOKE ALL ON FUNCTION revoke_api_keys_of_identity(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION revoke_api_keys_of_identity(uuid) TO pellucid_platform;

-- As before, with whether the address is proven: an invited person makes their log-in through a mailed link.
DROP FUNCTION create_identity(uuid, text, text, text, text);
CREATE FUNCTION create_identity(p_id uuid, p_email text, p_email_norm text, p_name text, p_password_hash text, p_proven boolean)
RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO identity (id, email, email_norm, name, password_hash, email_verified_at)
  VALUES (p_id, p_email, p_email_norm, p_name, p_password_hash, CASE WHEN p_proven THEN now() END)
  ON CONFLICT (email_norm) DO NOTHING RETURNING id
$$;
REVOKE ALL ON FUNCTION create_identity(uuid, text, text, text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_identity(uuid, text, text, text, text, boolean) TO pellucid_app;
