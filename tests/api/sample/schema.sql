-- What the sample area keeps.  The kit applies it to the test database, where the runner has made the role before.
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS sample AUTHORIZATION stoa_owner;
CREATE TABLE IF NOT EXISTS sample.note (
	id uuid PRIMARY KEY,
	owner uuid NOT NULL,
	text text NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	published_at timestamptz
);
ALTER TABLE sample.note OWNER TO stoa_owner;
CREATE INDEX IF NOT EXISTS note_by_owner ON sample.note (owner, created_at DESC, id DESC);
GRANT USAGE ON SCHEMA sample TO stoa_sample;
GRANT SELECT, INSERT, UPDATE, DELETE ON sample.note TO stoa_sample;
