-- What the queue, events, leaders and retention ask of the database; all of it published functions, so that
-- any area's role may.

-- name: job_enqueue :exec (id uuid, kind text, payload jsonb, unique_key text?, order_key text?, run_at timestamptz?, trace text?)
SELECT queue.enqueue(:id, :kind, :payload, :unique_key, :order_key, :run_at, :trace);

-- name: job_claim :many (kinds text[], leases bigint[], worker text, most int, after_run_at timestamptz, after_ordinal bigint)
-- row: (id uuid, kind text, attempt int, payload jsonb, lease uuid, trace text?, run_at timestamptz, ordinal bigint, ordered bool)
SELECT c.id, c.kind, c.attempt, c.payload, c.lease, c.trace, c.run_at, c.ordinal, c.ordered
  FROM queue.claim(:kinds, :leases, :worker, :most, :after_run_at, :after_ordinal) AS c;

-- name: job_complete :exec (id uuid, lease uuid)
SELECT queue.complete(:id, :lease);

-- name: job_fail :one (id uuid, lease uuid, reason text, delay bigint?)
-- row: (held bool)
SELECT queue.fail(:id, :lease, :reason, :delay) AS held;

-- name: job_release :one (ids uuid[], leases uuid[])
-- row: (released int)
SELECT queue.release(:ids, :leases) AS released;

-- name: job_rescue :many (kinds text[], attempts bigint[])
-- row: (id uuid, kind text, attempt int, worker text, dead bool)
SELECT r.id, r.kind, r.attempt, r.worker, r.dead FROM queue.rescue(:kinds, :attempts) AS r;

-- name: event_append :exec (id uuid, type text, subject uuid, owner uuid?, data jsonb?, trace text?)
SELECT event.append(:id, :type, :subject, :owner, :data, :trace);

-- name: leader_take :one (name text, holder text, lease bigint)
-- row: (epoch bigint, previous text, blocked_by int)
SELECT t.epoch, t.previous, t.blocked_by FROM core.leader_take(:name, :holder, :lease) AS t;

-- name: leader_evict :one (backend int)
-- row: (ended bool)
-- Only a backend that has been waiting for its client in an open transaction: its client is frozen or gone.  One that
-- is at work is left alone; the stand-by asks again.
SELECT pg_catalog.pg_terminate_backend(a.pid) AS ended
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid = :backend AND a.state LIKE 'idle in transaction%'
   AND a.state_change < clock_timestamp() - interval '1 second';

-- name: leader_check :exec (name text, epoch bigint, lease bigint)
SELECT core.leader_check(:name, :epoch, :lease);

-- name: leader_holds :one (name text, epoch bigint)
-- row: (holds bool)
SELECT core.leader_holds(:name, :epoch) AS holds;

-- name: leader_release :exec (name text, epoch bigint)
SELECT core.leader_release(:name, :epoch);

-- name: retention_list :many ()
-- row: (what text)
SELECT r.what FROM core.retention_list() AS r;

-- name: retention_remove :one (what text, most int)
-- row: (removed int)
SELECT core.retention_remove(:what, :most) AS removed;
