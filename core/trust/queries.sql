-- What core itself asks about keys and sessions, through their rooms' published functions.

-- name: key_list :many (purpose text)
-- row: (kid text, public_part bytea, private_part bytea, created_at timestamptz, retires_at timestamptz?)
SELECT kid, public_part, private_part, created_at, retires_at
  FROM core.key_list(:purpose);

-- name: key_add_first :one (purpose text, kid text, public_part bytea, private_part bytea)
-- row: (added bool)
-- False: another process was faster, and its key is the one.
SELECT core.key_add_first(:kid, :purpose, :public_part, :private_part) AS added;

-- name: principal_session :one (session uuid)
-- row: (party uuid, alive bool, ver bigint, authz_ver bigint)
-- Read with every request of somebody signed in, in the flush of the handler's first statement.
SELECT party, alive, ver, authz_ver
  FROM session.standing
 WHERE id = :session;

-- name: principal_rights :one (session uuid)
-- row: (party uuid, alive bool, authz_ver bigint, kind text, tier text, parties uuid[], permissions text[])
-- One snapshot: the version and what it stands for belong together.
SELECT party, alive, authz_ver, kind, tier, parties, permissions
  FROM session.rights(:session);

-- name: principal_key :one (key uuid, hash bytea)
-- row: (party uuid, alive bool, authz_ver bigint, last_used_at timestamptz?)
-- The same for an API key.
SELECT party, alive, authz_ver, last_used_at
  FROM auth.key_look(:key, :hash);

-- name: principal_key_rights :one (key uuid, hash bytea)
-- row: (party uuid, alive bool, authz_ver bigint, kind text, tier text, parties uuid[], permissions text[])
SELECT party, alive, authz_ver, kind, tier, parties, permissions
  FROM auth.key_rights(:key, :hash);

-- name: principal_key_used :exec (key uuid)
-- Changes nothing when it was told less than a minute ago.
SELECT auth.key_used(:key);

-- name: outside_session :one (session uuid, issuer text, subject text, email text?, name text?, signup bool,
--   expires_at timestamptz, address text?)
-- row: (party uuid)
-- At the first use of an outside issuer's token.  No row: it names no user who may sign in.
SELECT party
  FROM auth.outside_session(:session, :issuer, :subject, :email, :name, :signup, :expires_at, :address);
