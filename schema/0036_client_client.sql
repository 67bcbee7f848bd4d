-- People who signed up, each with exactly one subscription: two deferrable foreign keys between the two schemas hold the
-- pair together.  Half a pair fails at COMMIT, whoever tries.

CREATE SCHEMA client;
GRANT USAGE ON SCHEMA client TO stoa_area;

CREATE TABLE client.client (
	id uuid NOT NULL CONSTRAINT client_pkey PRIMARY KEY,
	region text COLLATE "C",
	device_type text COLLATE "C",
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT client_region_length CHECK (length(region) <= 64),
	CONSTRAINT client_device_type_length CHECK (length(device_type) <= 64),
	CONSTRAINT client_has_subscription FOREIGN KEY (id) REFERENCES subscription.subscription (client)
		DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE client.client IS 'A client is a party (a user) that signed up; the id is the party''s.';
COMMENT ON COLUMN client.client.region IS 'As it was told at sign-up, in capitals; NULL: unknown.';
CREATE INDEX client_newest ON client.client (created_at, id);
CREATE INDEX client_by_region ON client.client (region, created_at, id);
CREATE INDEX client_by_device_type ON client.client (device_type, created_at, id);
CREATE INDEX client_by_region_and_device_type ON client.client (region, device_type, created_at, id);

ALTER TABLE subscription.subscription ADD CONSTRAINT subscription_has_client FOREIGN KEY (client)
	REFERENCES client.client (id) DEFERRABLE INITIALLY DEFERRED;

GRANT SELECT ON client.client TO stoa_client;

CREATE FUNCTION client.join(party uuid, region text, device_type text)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, client, pg_temp AS $$
#variable_conflict use_column
DECLARE
	of_region text := subscription.canonical_region("join".region);
	of_device text := subscription.canonical_device_type("join".device_type);
BEGIN
	INSERT INTO client.client (id, region, device_type) VALUES ("join".party, of_region, of_device);
	PERFORM event.append(queue.new_id(), 'client.created', "join".party, "join".party,
		jsonb_strip_nulls(jsonb_build_object('region', of_region, 'device_type', of_device)), NULL);
	RETURN subscription.open_for("join".party, of_region, of_device);
END
$$;
COMMENT ON FUNCTION client.join(uuid, text, text) IS
	'Makes a party a client, with the subscription that its region and device type (NULL: unknown) lead to; the subscription''s id.';

CREATE FUNCTION client.leave(parties uuid[])
RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, client, pg_temp AS $$
#variable_conflict use_column
DECLARE
	gone uuid[] := ARRAY(SELECT c.id FROM client.client c WHERE c.id = ANY(leave.parties) ORDER BY c.id FOR UPDATE);
BEGIN
	PERFORM event.append(queue.new_id(), 'client.removed', g.id, g.id, '{}'::jsonb, NULL) FROM unnest(gone) AS g (id);
	PERFORM subscription.close(gone);
	DELETE FROM client.client c WHERE c.id = ANY(gone);
	RETURN QUERY SELECT g.id FROM unnest(gone) AS g (id);
END
$$;
COMMENT ON FUNCTION client.leave(uuid[]) IS 'Removes these clients with their subscriptions; which of them were clients.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA client FROM PUBLIC;
GRANT EXECUTE ON FUNCTION client.join(uuid, text, text), client.leave(uuid[]) TO stoa_area;
