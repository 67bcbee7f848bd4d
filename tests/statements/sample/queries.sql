-- What tests/core/db_test.c and db_lost_test.c ask of PostgreSQL.  The table `db_test.thing` is made by the test.

-- name: sample_number :one (number bigint)
-- row: (number bigint)
SELECT :number AS number;

-- name: sample_series :many (last int)
-- row: (number int, word text?)
SELECT n AS number, CASE WHEN n % 2 = 0 THEN 'even' END AS word FROM generate_series(1, :last) AS n;

-- name: sample_everything :one (a uuid, b text, c int, d bigint, e bool, f timestamptz, g bytea, h jsonb, i numeric,
--   j uuid[], k text[], l bigint[], m numeric[], n timestamptz[], o bool[], p bytea[])
-- row: (a uuid, b text, c int, d bigint, e bool, f timestamptz, g bytea, h jsonb, i numeric,
--   j uuid[], k text[], l bigint[], m numeric[], n timestamptz[], o bool[], p bytea[], shown text)
SELECT :a AS a, :b AS b, :c AS c, :d AS d, :e AS e, :f AS f, :g AS g, :h AS h, :i AS i,
       :j AS j, :k AS k, :l AS l, :m AS m, :n AS n, :o AS o, :p AS p,
       ROW(:a, :b, :c, :d, :e, :f AT TIME ZONE 'UTC', :g, :h, :i, :j, :k, :l, :m, :o, :p)::text AS shown;

-- name: sample_nothing :one (a uuid?, b text?, c int?, f timestamptz?, g bytea?, i numeric?, k text[]?)
-- row: (a uuid?, b text?, c int?, f timestamptz?, g bytea?, i numeric?, k text[]?)
SELECT :a AS a, :b AS b, :c AS c, :f AS f, :g AS g, :i AS i, :k AS k;

-- name: sample_sleep :one (seconds numeric)
-- row: (slept bool)
SELECT pg_catalog.pg_sleep(:seconds::float8 / 1000) IS NOT NULL AS slept;

-- name: sample_divide :one (by int)
-- row: (result int)
SELECT 10 / :by AS result;

-- name: sample_insert :exec (id bigint, word text)
INSERT INTO db_test.thing (id, word) VALUES (:id, :word);

-- name: sample_insert_late :exec (id bigint)
INSERT INTO db_test.late (id) VALUES (:id);

-- name: sample_count :one ()
-- row: (things bigint)
SELECT count(*) AS things FROM db_test.thing;

-- name: sample_words :many replica plan: custom (least bigint)
-- row: (id bigint, word text)
SELECT id, word FROM db_test.thing WHERE id >= :least ORDER BY id;

-- name: sample_refuse :exec (state text, detail text, pointer text)
SELECT db_test.refuse(:state, :detail, :pointer);

-- name: sample_backend :one ()
-- row: (backend int, application text)
SELECT pg_catalog.pg_backend_pid() AS backend, pg_catalog.current_setting('application_name') AS application;

-- name: sample_bad_column :one ()
-- row: (number bigint)
SELECT 1 AS number;

-- name: sample_null :one ()
-- row: (number bigint)
SELECT NULL::bigint AS number;

-- name: sample_star :many ()
-- row: (id bigint, word text)
SELECT * FROM db_test.thing;
