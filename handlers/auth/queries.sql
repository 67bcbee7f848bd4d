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
-- row: (password text?, blocked bool, second_factor bool)
-- Until COMMIT nobody blocks the user, changes its password or deletes it.
SELECT password, blocked_at IS NOT NULL AS blocked,
       EXISTS (SELECT FROM auth.totp t WHERE t.party = :id AND t.confirmed_at IS NOT NULL) AS second_factor
  FROM auth.user
 WHERE id = :id AND deleted_at IS NULL
   FOR SHARE;

-- name: user_rehash :exec (id uuid, password text)
UPDATE auth.user SET password = :password WHERE id = :id;

-- ---- signing up, proving, recovering ----

-- name: sign_up :one (id uuid, email text, name text?, region text?, device_type text, password text, hash bytea,
-- expires_at timestamptz, replaces bool)
-- row: (party uuid?, outcome text)
SELECT s.party, s.outcome
  FROM auth.sign_up(:id, :email, :name, :region, :device_type, :password, :hash, :expires_at, :replaces) AS s;

-- name: super_user_add :one (id uuid, email text, name text?, password text, first bool)
-- row: (party uuid)
-- No row: the first one is wanted, and there is one.
SELECT s.party
  FROM (SELECT 1 WHERE NOT :first OR NOT auth.super_user_exists()) AS allowed
 CROSS JOIN LATERAL auth.super_user_add(:id, :email, :name, :password) AS s;

-- name: setup_link_add :one (hash bytea, expires_at timestamptz)
-- row: (added bool)
SELECT auth.setup_link_add(:hash, :expires_at) AS added;

-- name: link_look :one (hash bytea, kinds text[])
-- row: (kind text)
SELECT kind FROM auth.link WHERE hash = :hash AND kind = ANY(:kinds) AND used_at IS NULL AND expires_at > now();

-- name: link_use :one (hash bytea, kinds text[])
-- row: (party uuid?)
UPDATE auth.link SET used_at = now()
 WHERE hash = :hash AND kind = ANY(:kinds) AND used_at IS NULL AND expires_at > now()
RETURNING party;

-- name: link_send :one (email text, kind text, hash bytea, expires_at timestamptz)
-- row: (party uuid, address text)
-- No row: nobody is to have that mail.
SELECT s.party, s.address FROM auth.link_send(:email, :kind, :hash, :expires_at) AS s;

-- name: user_prove :exec (id uuid)
SELECT auth.prove(:id);

-- name: user_reset :one (id uuid, password text)
-- row: (email text)
-- The mail came to the address, so that is proved as well.
UPDATE auth.user
   SET password = :password, password_at = now(), verified_at = coalesce(verified_at, now()), version = version + 1
 WHERE id = :id AND deleted_at IS NULL
RETURNING email;

-- name: user_change_password :one (id uuid, old_password text, new_password text)
-- row: (email text)
UPDATE auth.user
   SET password = :new_password, password_at = now(), version = version + 1
 WHERE id = :id AND password = :old_password AND deleted_at IS NULL
RETURNING email;

-- ---- sessions ----

-- name: session_make_room :exec (party uuid, standard bigint, vip bigint)
-- Before session_start.
SELECT session.make_room(:party, :standard, :vip);

-- name: session_start :one (session uuid, party uuid, device text?, address text?, expires_at timestamptz)
-- row: (authz_ver bigint)
SELECT s.authz_ver FROM session.start(:session, :party, :device, :address, :expires_at) AS s;

-- name: session_told :exec (party uuid, session uuid, device_type text?, device text?, address text?, method text)
SELECT auth.told(:party, :session, :device_type, :device, :address, :method);

-- name: sign_in_told_refused :exec (email text, device_type text?, device text?, address text?, method text, outcome text)
SELECT auth.told_refused(:email, :device_type, :device, :address, :method, :outcome);

-- name: session_refresh :one (session uuid, shown bigint, grace bigint, address text?, request text)
-- row: (party uuid, lives bool, current bigint, authz_ver bigint, expires_at timestamptz)
SELECT r.party, r.outcome IN ('moved', 'kept') AS lives, r.current, r.authz_ver, r.expires_at
  FROM session.refresh(:session, :shown, :grace, :address, :request) AS r;

-- name: session_end :exec (session uuid, reason text)
SELECT count(*) FROM session.end_session(ARRAY[:session], :reason);

-- name: session_end_others :exec (keeps uuid, reason text)
SELECT count(*) FROM session.end_others(:keeps, :reason);

-- name: session_end_all :exec (party uuid, reason text)
SELECT count(*) FROM session.end_party(ARRAY[:party], :reason);

-- ---- the caller ----

-- name: roles_of :one (party uuid)
-- row: (roles text[])
SELECT "authorization".roles_of(:party) AS roles;


-- name: user_me :one (id uuid)
-- row: (email text?, name text?, region text?, verified bool?, created_at timestamptz?, roles text[])
-- Of a service only the roles.
SELECT u.email, u.name, u.region, u.verified_at IS NOT NULL AS verified, u.created_at, r.roles
  FROM (SELECT "authorization".roles_of(:id) AS roles) AS r
  LEFT JOIN auth.user u ON u.id = :id AND u.deleted_at IS NULL;

-- ---- the second factor ----

-- name: totp_look :one (party uuid)
-- row: (secret bytea, confirmed bool, last_step bigint)
SELECT secret, confirmed_at IS NOT NULL AS confirmed, last_step FROM auth.totp WHERE party = :party;

-- name: totp_begin :one (party uuid, secret bytea)
-- row: (email text)
-- No row: there is one that was confirmed.
WITH put AS (
	INSERT INTO auth.totp AS t (party, secret)
	SELECT id, :secret FROM auth.user WHERE id = :party
	ON CONFLICT ON CONSTRAINT totp_pkey DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = now()
	 WHERE t.confirmed_at IS NULL
	RETURNING t.party)
SELECT u.email FROM put JOIN auth.user u ON u.id = put.party;

-- name: totp_confirm :one (party uuid, secret bytea, step bigint)
-- row: (party uuid)
UPDATE auth.totp SET confirmed_at = now(), last_step = :step
 WHERE party = :party AND secret = :secret AND confirmed_at IS NULL
RETURNING party;

-- name: totp_step :one (party uuid, step bigint)
-- row: (party uuid)
-- No row: this code or a later one was accepted already.
UPDATE auth.totp SET last_step = :step WHERE party = :party AND confirmed_at IS NOT NULL AND last_step < :step RETURNING party;

-- name: totp_remove :exec (party uuid)
DELETE FROM auth.totp WHERE party = :party;

-- name: recovery_code_use :one (party uuid, hash bytea)
-- row: (party uuid)
DELETE FROM auth.recovery_code WHERE party = :party AND hash = :hash RETURNING party;

-- name: recovery_code_clear :exec (party uuid)
DELETE FROM auth.recovery_code WHERE party = :party;

-- name: recovery_code_add :exec (party uuid, hashes bytea[])
INSERT INTO auth.recovery_code (party, hash) SELECT :party, h.hash FROM unnest(:hashes) AS h (hash);

-- name: code_take :one (party uuid, most bigint, seconds bigint)
-- row: (allowed bool, retry_after bigint)
SELECT allowed, retry_after
  FROM auth.attempt_take(ARRAY[sha256('code'::bytea || uuid_send(:party))], ARRAY[:most], ARRAY[:seconds]);

-- name: code_forgive :exec (party uuid)
SELECT auth.attempt_forgive(ARRAY[sha256('code'::bytea || uuid_send(:party))]);

-- ---- providers ----

-- name: oauth_sign_in :one (id uuid, issuer text, subject text, email text?, name text?, signup bool)
-- row: (party uuid?, outcome text)
SELECT s.party, s.outcome FROM auth.oauth_sign_in(:id, :issuer, :subject, :email, :name, :signup) AS s;

-- name: oauth_code_add :exec (hash bytea, party uuid, expires_at timestamptz)
INSERT INTO auth.oauth_code (hash, party, expires_at) VALUES (:hash, :party, :expires_at);

-- name: oauth_code_look :one (hash bytea)
-- row: (party uuid)
SELECT party FROM auth.oauth_code WHERE hash = :hash AND expires_at > now();

-- name: oauth_code_use :one (hash bytea)
-- row: (party uuid)
DELETE FROM auth.oauth_code WHERE hash = :hash AND expires_at > now() RETURNING party;

-- ---- keys and services ----

-- name: api_key_page :many (party uuid, before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, name text, prefix text, scopes text[], created_at timestamptz, expires_at timestamptz?, last_used_at timestamptz?)
SELECT id, name, 'stoa_' || replace(id::text, '-', '') AS prefix, scopes, created_at, expires_at, last_used_at
  FROM auth.api_key
 WHERE party = :party AND ended_at IS NULL AND (created_at, id) < (:before_time, :before_id)
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- name: api_key_add :exec (id uuid, party uuid, name text, hash bytea, scopes text[], expires_at timestamptz?, made_by uuid,
-- held text[])
SELECT auth.key_add(:id, :party, :name, :hash, :scopes, :expires_at, :made_by, :held);

-- name: api_key_read :one (id uuid)
-- row: (prefix text, created_at timestamptz)
SELECT 'stoa_' || replace(id::text, '-', '') AS prefix, created_at FROM auth.api_key WHERE id = :id;

-- name: api_key_end :one (id uuid, party uuid)
-- row: (id uuid)
UPDATE auth.api_key SET ended_at = now() WHERE id = :id AND party = :party AND ended_at IS NULL RETURNING id;

-- name: introspect_session :one (session uuid)
-- row: (party uuid, alive bool, permissions text[])
SELECT party, alive, permissions FROM session.rights(:session);

-- name: introspect_refresh :one (session uuid, shown bigint)
-- row: (party uuid, created_at timestamptz, expires_at timestamptz, permissions text[])
-- No row: the session is over, or the token is used up.
SELECT party, created_at, expires_at, permissions FROM session.refresh_look(:session, :shown);

-- name: introspect_key :one (key uuid, hash bytea)
-- row: (party uuid, alive bool, permissions text[], created_at timestamptz, expires_at timestamptz?)
SELECT r.party, r.alive, r.permissions, k.created_at, k.expires_at
  FROM auth.key_rights(:key, :hash) AS r JOIN auth.api_key k ON k.id = :key;

-- name: api_key_revoke :exec (id uuid, hash bytea)
UPDATE auth.api_key SET ended_at = now() WHERE id = :id AND hash = :hash AND ended_at IS NULL;

-- name: service_page :many (before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, name text, created_at timestamptz)
SELECT id, name, created_at
  FROM auth.service
 WHERE deleted_at IS NULL AND (created_at, id) < (:before_time, :before_id)
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- name: service_read :one (id uuid)
-- row: (id uuid, name text, created_at timestamptz)
SELECT id, name, created_at FROM auth.service WHERE id = :id AND deleted_at IS NULL;

-- name: service_hold :one (id uuid)
-- row: (id uuid)
SELECT id FROM auth.service WHERE id = :id AND deleted_at IS NULL FOR SHARE;

-- name: service_add :exec (id uuid, name text, made_by uuid)
SELECT auth.service_add(:id, :name, :made_by);

-- name: service_remove :one (id uuid)
-- row: (id uuid)
SELECT s.id FROM auth.service_remove(:id) AS s;

-- ---- users, for operators ----

-- part: newest_users
SELECT id, email, name, region, status, verified_at, version, created_at
  FROM auth.user
 WHERE (created_at, id) < (:before_time, :before_id);

-- part: newest_first
ORDER BY created_at DESC, id DESC LIMIT :limit;

-- part: found
(email_canonical LIKE auth.canonical_email(:prefix) OR lower(name) LIKE lower(:prefix));

-- name: user_page :many (before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, email text?, name text?, region text?, status text, verified_at timestamptz?, version bigint, created_at timestamptz)
{newest_users} AND deleted_at IS NULL {newest_first};

-- name: user_page_status :many (status text, before_time timestamptz, before_id uuid, limit int)
-- row: user_page
{newest_users} AND status = :status {newest_first};

-- name: user_search :many (prefix text, before_time timestamptz, before_id uuid, limit int)
-- row: user_page
{newest_users} AND {found} AND deleted_at IS NULL {newest_first};

-- name: user_search_status :many (prefix text, status text, before_time timestamptz, before_id uuid, limit int)
-- row: user_page
{newest_users} AND {found} AND status = :status {newest_first};

-- name: user_read :one (id uuid)
-- row: (id uuid, email text?, name text?, region text?, device_type text?, status text, verified_at timestamptz?,
-- blocked_at timestamptz?, deleted_at timestamptz?, version bigint, created_at timestamptz)
SELECT id, email, name, region, device_type, status, verified_at, blocked_at, deleted_at, version, created_at
  FROM auth.user
 WHERE id = :id;

-- name: user_lock :one (id uuid, mine text[])
-- row: (version bigint, email text, covered bool)
-- `covered`: the caller holds whatever the user holds.
SELECT u.version, u.email,
       "authorization".covers(:mine, "authorization".permissions_of(u.id)) AS covered
  FROM auth.user u
 WHERE u.id = :id AND u.deleted_at IS NULL
   FOR NO KEY UPDATE OF u;

-- name: user_edit :exec (id uuid, name_came bool, name text?, region_came bool, region text?)
UPDATE auth.user
   SET name = CASE WHEN :name_came THEN :name ELSE name END,
       region = CASE WHEN :region_came THEN :region ELSE region END,
       version = version + 1
 WHERE id = :id;

-- name: user_remove :one (id uuid)
-- row: (removed bool)
SELECT auth.user_remove(:id) AS removed;

-- name: user_block :exec (id uuid, source text, reason text?)
SELECT count(*) FROM auth.block(ARRAY[:id], :source, :reason);

-- name: user_unblock :exec (id uuid, source text)
SELECT count(*) FROM auth.unblock(ARRAY[:id], :source);

-- name: user_move :exec (id uuid, email text, verified bool)
UPDATE auth.user
   SET email = :email, email_canonical = auth.canonical_email(:email),
       verified_at = CASE WHEN :verified THEN now() END, version = version + 1
 WHERE id = :id;

-- name: link_add :exec (party uuid, kind text, hash bytea, expires_at timestamptz)
SELECT auth.link_add(:party, :kind, :hash, :expires_at);

-- name: user_stats :one replica ()
-- row: (total bigint, active bigint, unverified bigint, blocked bigint, deleted bigint, new_day bigint, new_week bigint,
-- new_month bigint)
SELECT count(*) FILTER (WHERE status <> 'deleted') AS total,
       count(*) FILTER (WHERE status = 'active') AS active,
       count(*) FILTER (WHERE status = 'unverified') AS unverified,
       count(*) FILTER (WHERE status = 'blocked') AS blocked,
       count(*) FILTER (WHERE status = 'deleted') AS deleted,
       count(*) FILTER (WHERE created_at > now() - interval '1 day') AS new_day,
       count(*) FILTER (WHERE created_at > now() - interval '7 days') AS new_week,
       count(*) FILTER (WHERE created_at > now() - interval '30 days') AS new_month
  FROM auth.user;

-- ---- erasing everything ----

-- name: erase_order_add :one (id uuid, party uuid)
-- row: (created_at timestamptz)
-- No row: there is an order already.
SELECT o.created_at FROM auth.erase_order_add(:id, :party) AS o;

-- name: erase_order_look :one (id uuid)
-- row: (party uuid)
-- No row: it is not that order, or an hour is over.
SELECT party FROM auth.erase_order WHERE id = :id AND created_at > now() - interval '1 hour';
