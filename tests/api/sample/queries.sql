-- name: note_create :one (id uuid, owner uuid, words text)
-- row: (id uuid, text text, version bigint, created_at timestamptz, published_at timestamptz?)
INSERT INTO sample.note (id, owner, text)
VALUES (:id, :owner, :words)
RETURNING id, text, version, created_at, published_at;

-- name: note_page :many (owners uuid[], before_time timestamptz, before_id uuid, limit int)
-- row: (id uuid, text text, version bigint, created_at timestamptz, published_at timestamptz?)
-- A first page passes 'infinity'.
SELECT id, text, version, created_at, published_at
  FROM sample.note
 WHERE owner = ANY(:owners) AND (created_at, id) < (:before_time, :before_id)
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- name: note_read :one (id uuid, owners uuid[])
-- row: (id uuid, text text, version bigint, created_at timestamptz, published_at timestamptz?)
SELECT id, text, version, created_at, published_at
  FROM sample.note
 WHERE id = :id AND owner = ANY(:owners);

-- name: note_read_open :one (id uuid)
-- row: (id uuid, text text, version bigint, created_at timestamptz, published_at timestamptz?)
SELECT id, text, version, created_at, published_at
  FROM sample.note
 WHERE id = :id;

-- name: note_tally :one replica (owners uuid[], milliseconds bigint)
-- row: (count bigint, replica bool)
-- A replica sleeps so long.
SELECT (SELECT count(*) FROM sample.note WHERE owner = ANY(:owners)) AS count, pg_is_in_recovery() AS replica
  FROM pg_catalog.pg_sleep(CASE WHEN pg_is_in_recovery() THEN :milliseconds / 1000.0 ELSE 0 END);

-- name: note_lock :one (id uuid, owners uuid[])
-- row: (version bigint)
SELECT version
  FROM sample.note
 WHERE id = :id AND owner = ANY(:owners)
   FOR NO KEY UPDATE;

-- name: note_edit :one (id uuid, words text)
-- row: (id uuid, text text, version bigint, created_at timestamptz, published_at timestamptz?)
-- After note_lock.
UPDATE sample.note
   SET text = :words, version = version + 1
 WHERE id = :id
RETURNING id, text, version, created_at, published_at;

-- name: note_remove :one (id uuid, owners uuid[])
-- row: (id uuid)
DELETE FROM sample.note
 WHERE id = :id AND owner = ANY(:owners)
RETURNING id;

-- name: note_publish :one (id uuid, owners uuid[])
-- row: (id uuid, text text, version bigint, created_at timestamptz, published_at timestamptz?)
-- No row: not the caller's, or published already; note_read tells which.
UPDATE sample.note
   SET published_at = now(), version = version + 1
 WHERE id = :id AND owner = ANY(:owners) AND published_at IS NULL
RETURNING id, text, version, created_at, published_at;

-- name: sample_sleep :one (seconds bigint)
-- row: (slept bigint)
SELECT 1::bigint AS slept FROM pg_catalog.pg_sleep(:seconds / 1000.0);
