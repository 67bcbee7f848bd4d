-- The statements of core/web: answers kept under their Idempotency-Key, and rows of the audit.  What the functions promise
-- is in schema/0086_core_kept.sql and 0013_audit_entry.sql.  `kept_under` is a hash; the key itself is never stored.

-- name: idempotency_look :one (kept_under uuid)
-- row: (fingerprint bytea, status int, content_type text?, headers jsonb, body bytea)
SELECT fingerprint, status, content_type, headers, body
  FROM core.kept_look(:kept_under);

-- name: idempotency_keep :exec (kept_under uuid, fingerprint bytea, status int, content_type text?, headers jsonb?,
--   body bytea)
-- Fails its transaction when there is an answer already.
SELECT core.keep(:kept_under, :fingerprint, :status, :content_type, :headers, :body);

-- name: idempotency_settle :one (kept_under uuid, fingerprint bytea, status int, content_type text?, headers jsonb?,
--   body bytea)
-- row: (kept bool, stored_fingerprint bytea, stored_status int, stored_content_type text?, stored_headers jsonb,
--   stored_body bytea)
-- Keeps this answer, or gives the one that is there.
SELECT kept, stored_fingerprint, stored_status, stored_content_type, stored_headers, stored_body
  FROM core.kept_settle(:kept_under, :fingerprint, :status, :content_type, :headers, :body);

-- name: audit_append :exec (party uuid?, session uuid?, route text, subject text?, what text?, status int, refusal text?,
--   address text?, request text?, times bigint)
SELECT audit.append(:party, :session, :route, :subject, :what, :status, :refusal, :address, :request, :times);
