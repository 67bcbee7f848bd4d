-- Sessions and the login history.  Rows are their party's own: whoever asks passes whose they must be.

-- name: session_page :many (party uuid, present uuid, before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, created_at timestamptz, last_used_at timestamptz, expires_at timestamptz, device text?, address text?, current bool)
-- A first page passes 'infinity'.
SELECT id, created_at, last_used_at, expires_at, device, host(address) AS address, id = :present AS current
  FROM session.session
 WHERE party = :party AND ended_at IS NULL AND expires_at > now() AND (created_at, id) < (:before_time, :before_id)
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- name: session_party :one (party uuid)
-- row: (kind text)
SELECT kind FROM party.standing(:party);

-- name: session_leave :one (id uuid, party uuid, reason text)
-- row: (session uuid)
SELECT e.session
  FROM session.end_session(ARRAY(SELECT id FROM session.session WHERE id = :id AND party = :party), :reason) AS e;

-- name: session_leave_others :one (party uuid, present uuid, reason text)
-- row: (ended bigint)
SELECT count(*) AS ended
  FROM session.end_session(ARRAY(SELECT id FROM session.session
                                  WHERE party = :party AND ended_at IS NULL AND id <> :present), :reason);

-- name: session_leave_all :one (party uuid, reason text)
-- row: (ended bigint)
SELECT count(*) AS ended FROM session.end_party(ARRAY[:party], :reason);

-- name: login_page :many (party uuid, types text[], before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, occurred_at timestamptz, device_type text, device text?, address text?, method text, outcome text, session uuid?)
SELECT id, occurred_at, device_type, device, address, method, outcome, session
  FROM session.login_page(:party, :types, :before_time, :before_id, :limit);

-- name: partitions_make :one (months int)
-- row: (made int)
SELECT session.partitions_make(:months) AS made;

-- name: late_move :one (most int)
-- row: (moved int)
SELECT session.late_move(:most) AS moved;
