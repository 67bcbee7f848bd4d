-- The statements of core/web: answers kept under their Idempotency-Key, and rows of the audit.  What the functions promise
-- is in schema/0003_core_idempotency.sql and 0013_audit_entry.sql.  `kept_under` is a keyed hash of the key, which is itself never stored.

-- name: idempotency_look :one (principal uuid, route text, kept_under text)
-- row: (fingerprint bytea, status int, content_type text?, headers jsonb, body bytea)
SELECT fingerprint, status, content_type, headers, body
  FROM core.idempotency_look(:principal, :route, :kept_under);

-- name: idempotency_keep :exec (principal uuid, route text, kept_under text, fingerprint bytea, status int,
--   content_type text?, headers jsonb, body bytea)
-- Fails its transaction when there is an answer already.
SELECT core.idempotency_keep(:principal, :route, :kept_under, :fingerprint, :status, :content_type, :headers, :body);

-- name: idempotency_settle :one (principal uuid, route text, kept_under text, fingerprint bytea, status int,
--   content_type text?, headers jsonb, body bytea)
-- row: (kept bool, stored_fingerprint bytea, stored_status int, stored_content_type text?, stored_headers jsonb,
--   stored_body bytea)
-- Keeps this answer, or gives the one that is there.
SELECT kept, stored_fingerprint, stored_status, stored_content_type, stored_headers, stored_body
  FROM core.idempotency_settle(:principal, :route, :kept_under, :fingerprint, :status, :content_type, :headers, :body);

-- name: audit_append :exec (party uuid?, session uuid?, route text, subject text?, what text?, status int, refusal text?,
--   address text?, request text?, times bigint)
SELECT audit.append(:party, :session, :route, :subject, :what, :status, :refusal, :address, :request, :times);
