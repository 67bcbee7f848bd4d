-- What the sequencer asks of its schema.

-- name: event_is_pending :one ()
-- row: (pending bool)
SELECT event.is_pending() AS pending;

-- name: event_sequence :one (most int)
-- row: (moved int)
SELECT event.sequence(:most) AS moved;

-- name: event_put_aside :one ()
-- row: (aside bool)
SELECT event.put_aside() AS aside;
