\set n :n + 1
\set i :first + :client_id * 250 + random(0, 249)
SELECT r.party, r.outcome IN ('moved', 'kept') AS lives, r.current, r.authz_ver, r.expires_at FROM session.refresh(('00000000-0000-7000-8000-' || lpad(to_hex(:i::int), 12, '0'))::uuid, :n::bigint, 0, '127.0.0.1', '0123456789abcdef0123456789abcdef') AS r;
