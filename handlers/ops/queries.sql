-- name: ops_migration :one ()
-- row: (newest text?)
SELECT max(name) AS newest FROM core.migration_list();

-- name: ops_facts :one ()
-- row: (connections bigint, connections_max bigint, blocked bigint, oldest bigint?, waiting bigint?, dead bigint)
SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend') AS connections,
       current_setting('max_connections')::bigint AS connections_max,
       (SELECT count(DISTINCT pid) FROM pg_catalog.pg_locks WHERE NOT granted AND waitstart < now() - interval '1 second') AS blocked,
       (SELECT seconds FROM core.oldest_transaction()) AS oldest,
       (SELECT extract(epoch FROM now() - min(waiting_since))::bigint FROM queue.summary()) AS waiting,
       (SELECT coalesce(sum(dead), 0)::bigint FROM queue.summary()) AS dead;
