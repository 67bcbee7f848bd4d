-- What the queue's leaders ask of their schema.

-- name: schedule_register :exec (names text[], kinds text[], seconds bigint[])
SELECT queue.schedule_register(:names, :kinds, :seconds);

-- name: schedule_is_due :one ()
-- row: (due bool)
SELECT queue.schedule_is_due() AS due;

-- name: schedule_fire :many (most int)
-- row: (name text, kind text, slot timestamptz)
SELECT f.name, f.kind, f.slot FROM queue.schedule_fire(:most) AS f;

-- name: schedule_skip :one ()
-- row: (name text?)
SELECT queue.schedule_skip() AS name;

-- name: job_has_fresh :one (areas text[])
-- row: (fresh bool)
SELECT queue.has_fresh(:areas) AS fresh;

-- name: job_wake :one (areas text[])
-- row: (woken int)
SELECT queue.wake(:areas) AS woken;
