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
