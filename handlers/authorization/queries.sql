-- Roles, what they hold, and who holds them.  What changes them is in schema/0012_authorization_operate.sql.

-- name: role_page :many (after_name text, limit int)
-- row: (id uuid, name text, says text, built_in bool, holds_all bool, permissions text[], version bigint, created_at timestamptz, changed_at timestamptz)
-- A first page passes ''.  Of one that holds all, `permissions` are those that it does not.
SELECT id, name, says, built_in, holds_all, "authorization".permissions_in(id) AS permissions, version, created_at, changed_at
  FROM "authorization".role
 WHERE name > :after_name
 ORDER BY name
 LIMIT :limit;

-- name: role_read :one (id uuid)
-- row: (id uuid, name text, says text, built_in bool, holds_all bool, permissions text[], version bigint, created_at timestamptz, changed_at timestamptz)
SELECT id, name, says, built_in, holds_all, "authorization".permissions_in(id) AS permissions, version, created_at, changed_at
  FROM "authorization".role
 WHERE id = :id;

-- name: role_lock :one (id uuid)
-- row: (version bigint, built_in bool)
SELECT l.version, l.built_in FROM "authorization".role_lock(:id) AS l;

-- name: role_add :exec (id uuid, name text, says text, permissions text[], held text[])
SELECT "authorization".role_add(:id, :name, :says, :permissions, :held);

-- name: role_edit :exec (id uuid, says text?, permissions text[]?, held text[])
-- After role_lock.
SELECT "authorization".role_edit(:id, :says, :permissions, :held);

-- name: role_remove :exec (id uuid, held text[])
-- After role_lock.
SELECT "authorization".role_remove(:id, :held);

-- name: assignment_page :many (before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, party uuid, role text, within uuid?, given_by uuid?, created_at timestamptz)
-- A first page passes 'infinity'.
SELECT a.id, a.party, r.name AS role, a.within, a.given_by, a.created_at
  FROM "authorization".assignment AS a JOIN "authorization".role AS r ON r.id = a.role
 WHERE (a.created_at, a.id) < (:before_time, :before_id)
 ORDER BY a.created_at DESC, a.id DESC
 LIMIT :limit;

-- name: assignment_page_of_party :many (party uuid, before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, party uuid, role text, within uuid?, given_by uuid?, created_at timestamptz)
SELECT a.id, a.party, r.name AS role, a.within, a.given_by, a.created_at
  FROM "authorization".assignment AS a JOIN "authorization".role AS r ON r.id = a.role
 WHERE a.party = :party AND (a.created_at, a.id) < (:before_time, :before_id)
 ORDER BY a.created_at DESC, a.id DESC
 LIMIT :limit;

-- name: assignment_page_of_role :many (role text, before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, party uuid, role text, within uuid?, given_by uuid?, created_at timestamptz)
SELECT a.id, a.party, r.name AS role, a.within, a.given_by, a.created_at
  FROM "authorization".assignment AS a JOIN "authorization".role AS r ON r.id = a.role
 WHERE r.name = :role AND (a.created_at, a.id) < (:before_time, :before_id)
 ORDER BY a.created_at DESC, a.id DESC
 LIMIT :limit;

-- name: assignment_read :one (id uuid)
-- row: (id uuid, party uuid, role text, within uuid?, given_by uuid?, created_at timestamptz)
SELECT a.id, a.party, r.name AS role, a.within, a.given_by, a.created_at
  FROM "authorization".assignment AS a JOIN "authorization".role AS r ON r.id = a.role
 WHERE a.id = :id;

-- name: assignment_add :exec (id uuid, party uuid, role text, within uuid?, given_by uuid, held text[])
SELECT "authorization".assignment_add(:id, :party, :role, :within, :given_by, :held);

-- name: assignment_remove :one (id uuid, held text[])
-- row: (party uuid)
SELECT t.party FROM "authorization".assignment_remove(:id, :held) AS t;

-- name: judge :many (party uuid, permission text, within uuid?)
-- row: (role text)
SELECT DISTINCT j.role FROM "authorization".judge(:party, :permission, :within) AS j ORDER BY j.role;
