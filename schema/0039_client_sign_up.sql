-- Who makes clients and removes them: the area's own doors, and those of sign-up and of deletion.  Nobody else.

REVOKE ALL ON FUNCTION client.join(uuid, text, text), client.leave(uuid[]) FROM stoa_area;
GRANT EXECUTE ON FUNCTION client.join(uuid, text, text), client.leave(uuid[]) TO stoa_client, stoa_auth;

-- Lists of clients are filtered by what is kept.
GRANT EXECUTE ON FUNCTION subscription.canonical_region(text), subscription.canonical_device_type(text) TO stoa_client;
