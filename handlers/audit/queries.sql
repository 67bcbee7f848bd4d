-- What the sealer asks of its schema, and what is shown of it.

-- name: audit_is_due :one (most int, patience bigint)
-- row: (due bool)
SELECT audit.is_due(:most, :patience) AS due;

-- name: audit_move :one (most int)
-- row: (number bigint, first bigint, last bigint, previous bytea, root bytea, at timestamptz, signed_text text)
SELECT m.number, m.first, m.last, m.previous, m.root, m.at, m.signed AS signed_text FROM audit.move(:most) AS m;

-- name: audit_seal_add :one (number bigint, first bigint, last bigint, previous bytea, root bytea, at timestamptz,
--   signed_text text, kid text, signature bytea)
-- row: (hash bytea)
SELECT s.hash FROM audit.seal_add(:number, :first, :last, :previous, :root, :at, :signed_text, :kid, :signature) AS s;

-- name: audit_page :many (by text, party uuid?, subject text?, route text?, since timestamptz, before_time timestamptz,
--   before_position bigint, limit int)
-- row: (position bigint, at timestamptz, party uuid?, session uuid?, route text, subject text?, what text?, status int,
--   slug text?, address text?, request text?, times bigint)
-- `by` is the filter that leaves the fewest rows, of those that are set; the other branches are not run.
(SELECT e.position, e.at, e.party, e.session, e.route, e.subject, e.what, e.status, e.problem AS slug, e.address, e.request, e.times
          FROM audit.entry AS e
         WHERE :by = 'subject' AND e.subject = :subject
           AND (:party::uuid IS NULL OR e.party = :party)
           AND (:route::text IS NULL OR e.route = :route)
           AND e.at >= :since AND (e.at, e.position) < (:before_time, :before_position)
         ORDER BY e.at DESC, e.position DESC
         LIMIT :limit)
UNION ALL
(SELECT e.position, e.at, e.party, e.session, e.route, e.subject, e.what, e.status, e.problem AS slug, e.address, e.request, e.times
          FROM audit.entry AS e
         WHERE :by = 'party' AND e.party = :party
           AND (:route::text IS NULL OR e.route = :route)
           AND e.at >= :since AND (e.at, e.position) < (:before_time, :before_position)
         ORDER BY e.at DESC, e.position DESC
         LIMIT :limit)
UNION ALL
(SELECT e.position, e.at, e.party, e.session, e.route, e.subject, e.what, e.status, e.problem AS slug, e.address, e.request, e.times
          FROM audit.entry AS e
         WHERE :by = 'route' AND e.route = :route
           AND e.at >= :since AND (e.at, e.position) < (:before_time, :before_position)
         ORDER BY e.at DESC, e.position DESC
         LIMIT :limit)
UNION ALL
(SELECT e.position, e.at, e.party, e.session, e.route, e.subject, e.what, e.status, e.problem AS slug, e.address, e.request, e.times
          FROM audit.entry AS e
         WHERE :by = 'time'
           AND e.at >= :since AND (e.at, e.position) < (:before_time, :before_position)
         ORDER BY e.at DESC, e.position DESC
         LIMIT :limit)
ORDER BY at DESC, position DESC;

-- name: audit_export_lines :many (position bigint, most int)
-- row: (position bigint, line text)
-- The keys, at position 0; then whole seals: more than `most` rows only where one seal has more.
SELECT 0::bigint AS position, k.line FROM audit.export_keys() AS k
UNION ALL
SELECT l.position, l.line FROM audit.export_lines(:position, :most) AS l;
