-- Who has an address learns that somebody else tried to sign in with it.

CREATE FUNCTION auth.told_refused(email text, device_type text, device text, address text, method text, outcome text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
BEGIN
	PERFORM session.history_add(u.id, NULL, told_refused.device_type, told_refused.device, told_refused.address,
			told_refused.method, told_refused.outcome)
	   FROM auth.user u
	  WHERE u.email_canonical = auth.canonical_email(told_refused.email);
END
$$;
COMMENT ON FUNCTION auth.told_refused(text, text, text, text, text, text) IS
	'An attempt that opened no session, in the login history of whoever has the address, if anybody.';

REVOKE ALL ON FUNCTION auth.told_refused(text, text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.told_refused(text, text, text, text, text, text) TO stoa_auth;
