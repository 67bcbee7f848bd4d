-- ---- signing in ----

-- name: sign_in_look :one (address bytea, email text, address_most bigint, address_seconds bigint, most bigint, seconds bigint)
-- row: (allowed bool, retry_after bigint, party uuid?, password text?, verified bool, blocked bool)
-- Counts the try and reads the user, the same for every name.
SELECT t.allowed, t.retry_after, u.id AS party, u.password, u.verified_at IS NOT NULL AS verified,
       u.blocked_at IS NOT NULL AS blocked
  FROM auth.attempt_take(auth.attempt_subjects(:address, :email), ARRAY[:address_most, :most],
                         ARRAY[:address_seconds, :seconds]) AS t
  LEFT JOIN auth.user u ON u.email_canonical = auth.canonical_email(:email);

-- name: sign_in_forgive :exec (address bytea, email text)
SELECT auth.attempt_forgive(auth.attempt_subjects(:address, :email));

-- name: user_hold :one (id uuid)
-- row: (password text?, blocked bool)
-- Until COMMIT nobody blocks the user, changes its password or deletes it.
SELECT password, blocked_at IS NOT NULL AS blocked
  FROM auth.user
 WHERE id = :id AND deleted_at IS NULL
   FOR SHARE;

-- name: user_rehash :exec (id uuid, password text)
UPDATE auth.user SET password = :password WHERE id = :id;

-- ---- sessions ----

-- name: session_start :one (session uuid, party uuid, device text?, address text?, expires_at timestamptz)
-- row: (authz_ver bigint)
SELECT s.authz_ver FROM session.start(:session, :party, :device, :address, :expires_at) AS s;

-- name: session_refresh :one (session uuid, shown bigint, grace bigint)
-- row: (party uuid, lives bool, current bigint, authz_ver bigint, expires_at timestamptz)
SELECT r.party, r.outcome IN ('moved', 'kept') AS lives, r.current, r.authz_ver, r.expires_at
  FROM session.refresh(:session, :shown, :grace) AS r;

-- name: session_end :exec (session uuid, reason text)
SELECT count(*) FROM session.end_session(ARRAY[:session], :reason);

-- name: session_end_others :exec (keeps uuid, reason text)
SELECT count(*) FROM session.end_others(:keeps, :reason);

-- name: session_end_all :exec (party uuid, reason text)
SELECT count(*) FROM session.end_party(ARRAY[:party], :reason);

-- ---- the caller ----

-- name: user_me :one (id uuid)
-- row: (email text, name text?, region text?, verified bool, created_at timestamptz)
SELECT email, name, region, verified_at IS NOT NULL AS verified, created_at
  FROM auth.user
 WHERE id = :id AND deleted_at IS NULL;
