-- What core/db itself asks, of the primary and of a replica.

-- name: log_position :one ()
-- row: (position bigint)
-- How far this server is: a primary with writing its log, a replica with replaying it.
SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END,
       '0/0')::bigint AS position;
