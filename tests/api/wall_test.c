/*
 * wall_test.c -- every route, every id, and everybody who must not get in.  The matrix is made of the route tables, so
 * a new route stands behind the wall, or fails here:
 *
 *	nobody                                          401, the same bytes at every door
 *	a forged and an expired token, an ended, a      401, the same bytes at every door and for all of them
 *	blocked and a revoked session, a forged and a
 *	revoked key, a blocked user's key
 *	a key, at a door that takes none                403, the same bytes at every door
 *	a key without scopes, at a door for operators   403, as a lower role
 *	a lower role, at a door for operators           403, the same bytes at every door, whether the id there exists
 *	                                                or not
 *	another party's id, at a door for users         404, the same bytes as for a random id
 *
 * "The same bytes" leaves out the request id, the date and what is left of a limit.  In the end whose thing it is tries
 * the same and is not refused: there was a thing, and it still is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/web/route_table.h"
#include "handlers/areas.h"
#include "tests/api/kit/world.h"
#include "tests/api/wall_things.h"

static const char *const outsiders[] = { "nobody", "forged token", "forged key", "expired token", "ended session",
	"blocked user", "revoked session", "revoked key", "blocked user's key" };
#define OUTSIDERS   (sizeof(outsiders) / sizeof(outsiders[0]))
#define FIRST_KNOWN 4 /* from here on they have been let in before */

static const struct {
	const char *path;
	thing_maker *make;
} things[] = {
#define THING(path, make) { path, make },
#include "tests/api/wall.def"
};

static const struct {
	enum method method;
	const char *path, *json;
} bodies[] = {
#define BODY(method, path, json) { method, path, json },
#include "tests/api/wall.def"
};

static unsigned cells, wrong;

/* ---- the tables */

typedef void visitor(struct world *w, const struct route *route);

static void
each_guarded_route(struct world *w, visitor *visit)
{
	for (size_t i = 0; i < house.area_count; i++) {
		const struct route *route = house.areas[i].area->routes;

		for (; route != NULL && route->path != NULL; route++)
			if (route->who == USER || route->who == OPERATOR)
				visit(w, route);
	}
}

static bool
is_id(struct route_slice name)
{
	return name.length >= 2 && memcmp(name.data + name.length - 2, "id", 2) == 0;
}

static unsigned
count_ids(const struct route *route)
{
	const char *at = route->path;
	struct route_slice name;
	unsigned ids = 0;

	while (route_next_name(&at, &name))
		ids += is_id(name);
	return ids;
}

static void
complain(const struct route *route, const char *what, const char *shown)
{
	print_error("the wall: %s %s: %s\n%s\n", method_text(route->method), route->path, what, shown);
	wrong++;
}

/* ---- calls */

static const char *
random_id(struct world *w)
{
	return uuid_text(w->arena, uuid_new(&env_system));
}

static const char *
path_with(struct world *w, const struct route *route, const char *const *values)
{
	const char *at = route->path, *from = at;
	struct route_slice name;
	struct buffer path;

	buffer_init(&path, w->arena);
	for (size_t i = 0; route_next_name(&at, &name); i++, from = at) {
		buffer_add(&path, from, (size_t)(name.data - 1 - from));
		buffer_text(&path, values[i]);
	}
	buffer_text(&path, from);
	return path.data;
}

/* FRESH becomes an id, NOW the present. */
static const char *
filled(struct world *w, const char *json)
{
	struct buffer text;

	buffer_init(&text, w->arena);
	while (*json != '\0')
		if (strncmp(json, "FRESH", strlen("FRESH")) == 0) {
			buffer_text(&text, random_id(w));
			json += strlen("FRESH");
		} else if (strncmp(json, "NOW", strlen("NOW")) == 0) {
			buffer_text(&text, instant_text(w->arena, env_now(&env_system)));
			json += strlen("NOW");
		} else {
			buffer_add(&text, json++, 1);
		}
	return text.data;
}

static const char *
body_of(struct world *w, const struct route *route)
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (bodies[i].method == route->method && strcmp(bodies[i].path, route->path) == 0)
			return filled(w, bodies[i].json);
	return NULL;
}

static bool
is_volatile(const char *header)
{
	return strcmp(header, "date") == 0 || strcmp(header, "x-request-id") == 0 ||
	       strncmp(header, "ratelimit", strlen("ratelimit")) == 0;
}

/* The whole answer but for what differs from request to request. */
static const char *
seen(struct world *w)
{
	const char *body = w->answer.body.data != NULL ? (const char *)w->answer.body.data : "";
	const char *id = answer_header(&w->answer, "x-request-id");
	const char *at = id == NULL ? NULL : strstr(body, id);
	struct buffer text;

	buffer_init(&text, w->arena);
	buffer_format(&text, "%u\n", w->answer.status);
	for (size_t i = 0; i < w->answer.header_count; i++)
		if (!is_volatile(w->answer.headers[i].name))
			buffer_format(&text, "%s: %s\n", w->answer.headers[i].name, w->answer.headers[i].value);
	if (at == NULL)
		buffer_text(&text, body);
	else
		buffer_format(&text, "%.*sID%s", (int)(at - body), body, at + strlen(id));
	return text.data;
}

static const char *
asked(struct world *w, const char *who, const struct route *route, const char *const *values)
{
	as(w, who);
	call_with(w, route->method, path_with(w, route, values), body_of(w, route),
	    route->if_match ? "If-Match: *" : "Accept: */*");
	cells++;
	return seen(w);
}

/* ---- the world */

static void
given_people(struct world *w)
{
	given_user(w, "ada");
	given_user(w, "bob");
	given_user(w, "root");
	given_role(w, "root", "super_user");
	w->unchecked = true; /* the reference has tests of its own; here all cells are looked at, and then it fails */
}

/* A key of that user, under a name of its own. */
static void
given_key(struct world *w, const char *user, const char *name)
{
	as(w, user);
	call(w, POST, "/v1/api-keys", "{\"name\":\"Wall\"}");
	then_status(w, 201);
	name_it(w, name);
	kit_named(w, name)->token = answer_field(&w->answer, "/key");
}

/* The same but for one character of its secret or signature, at `from_end`. */
static void
given_forged(struct world *w, const char *name, const char *token, size_t from_end)
{
	char *forged = arena_text(w->arena, token);
	char *at = forged + strlen(forged) - from_end;

	*at = *at == '0' ? '1' : '0';
	given_session(w, "ada", name);
	kit_named(w, name)->token = forged;
}

/* Those before FIRST_KNOWN never were let in; the others are as yet. */
static void
given_outsiders(struct world *w)
{
	given_session(w, "ada", "nobody");
	kit_named(w, "nobody")->token = NULL;
	given_forged(w, "forged token", kit_named(w, "ada")->token, 20);
	given_token_expired(w, "ada", "expired token");
	given_user(w, "ended session");
	given_session(w, "ada", "revoked session");
	given_id(w, "blocked-one",
	    given_sql(
		w, arena_format(w->arena,
		       "SELECT party FROM auth.user_invite('%s@example.com', 'Blocked', sha256('%s'), now() + '1 day')",
		       random_id(w), random_id(w))));
	given_session(w, "blocked-one", "blocked user");
	given_key(w, "ada", "revoked key");
	given_forged(w, "forged key", kit_named(w, "revoked key")->token, 1);
	given_key(w, "blocked user", "blocked user's key");
}

/* So that the workers have them in mind when their time is over. */
static void
let_in(struct world *w, const struct route *route)
{
	if (route->method != GET || route->who != USER || strchr(route->path, '{') != NULL)
		return;
	for (size_t i = FIRST_KNOWN; i < OUTSIDERS; i++) {
		as(w, outsiders[i]);
		call(w, GET, route->path, NULL);
		if (w->answer.status == 401)
			complain(route, "let in before, but for", outsiders[i]);
	}
}

static void
end_outsiders(struct world *w)
{
	given_session_ended(w, "ended session");
	given_sql(w, arena_format(w->arena, "SELECT count(*) FROM session.end_session(ARRAY['%s'::uuid], 'revoked')",
			 id_of(w, "revoked session")));
	given_sql(w, arena_format(w->arena, "SELECT count(*) FROM auth.block(ARRAY['%s'::uuid], 'operator', 'A test.')",
			 id_of(w, "blocked-one")));
	as(w, "ada");
	call(w, DELETE, arena_format(w->arena, "/v1/api-keys/%s", id_of(w, "revoked key")), NULL);
	then_status(w, 204);
}

/* ---- the cells */

static const char *first[OUTSIDERS];

static void
turn_outsiders_away(struct world *w, const struct route *route)
{
	const char *values[ROUTE_PARAMETERS_MAX];

	for (size_t i = 0; i < ROUTE_PARAMETERS_MAX; i++)
		values[i] = random_id(w);
	for (size_t i = 0; i < OUTSIDERS; i++) {
		const char *answer = asked(w, outsiders[i], route, values);

		if (first[i] == NULL)
			first[i] = answer;
		if (w->answer.status != 401 || strcmp(answer, first[i]) != 0)
			complain(route, outsiders[i], answer);
	}
}

static void
outsiders_are_told_the_same_at_every_door(void **state)
{
	struct world *w = *state;

	given_people(w);
	given_outsiders(w);
	wrong = 0;
	each_guarded_route(w, let_in);
	end_outsiders(w);
	each_guarded_route(w, turn_outsiders_away);
	assert_int_equal(wrong, 0);
	for (size_t i = 2; i < OUTSIDERS; i++)
		assert_string_equal(first[i], first[1]);
}

static const char *first_lower;

static void
turn_lower_roles_away(struct world *w, const struct route *route)
{
	const char *values[ROUTE_PARAMETERS_MAX], *answer;

	if (route->who != OPERATOR)
		return;
	for (size_t i = 0; i < ROUTE_PARAMETERS_MAX; i++)
		values[i] = random_id(w);
	answer = asked(w, "bob", route, values);
	if (first_lower == NULL)
		first_lower = answer;
	if (w->answer.status != 403 || strcmp(answer, first_lower) != 0)
		complain(route, "a lower role", answer);
}

static void
a_lower_role_is_told_the_same_at_every_operators_door(void **state)
{
	struct world *w = *state;

	given_people(w);
	wrong = 0;
	each_guarded_route(w, turn_lower_roles_away);
	assert_int_equal(wrong, 0);
}

static const char *first_keyless;

/* Of ada, who holds nothing of what operators may. */
static void
turn_key_away(struct world *w, const struct route *route)
{
	const char *values[ROUTE_PARAMETERS_MAX], *answer, *wanted = first_keyless;

	for (size_t i = 0; i < ROUTE_PARAMETERS_MAX; i++)
		values[i] = random_id(w);
	if (route->allow_api_key && route->who == OPERATOR) {
		wanted = asked(w, "bob", route, values);
		cells--; /* a cell of its own above */
	}
	answer = asked(w, "key", route, values);
	if (route->allow_api_key && route->who == USER) {
		if (w->answer.status == 401 || strcmp(answer, first_keyless) == 0)
			complain(route, "takes keys, and refuses one", answer);
	} else if (w->answer.status != 403 || strcmp(answer, wanted) != 0) {
		complain(route, "a key", answer);
	}
}

static void
a_key_opens_the_doors_that_take_keys_alone(void **state)
{
	struct world *w = *state;

	given_people(w);
	given_key(w, "ada", "key");
	as(w, "key");
	call_with(w, GET, "/v1/api-keys", NULL, "Accept: */*");
	first_keyless = seen(w);
	wrong = 0;
	each_guarded_route(w, turn_key_away);
	assert_int_equal(wrong, 0);
}

static thing_maker *
maker_of(const struct route *route)
{
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		if (strcmp(things[i].path, route->path) == 0)
			return things[i].make;
	return NULL;
}

/* Whose it is finds it, by a request that is as it should be; otherwise the cells before have proved nothing. */
static void
check_owner(struct world *w, const struct route *route, const char *const *values)
{
	static const unsigned no_proof[] = { 400, 401, 403, 404, 405, 406, 413, 415, 422, 428 };

	asked(w, route->who == OPERATOR ? "root" : "ada", route, values);
	cells--; /* a check of the test itself */
	for (size_t i = 0; i < sizeof(no_proof) / sizeof(no_proof[0]); i++)
		if (w->answer.status == no_proof[i])
			complain(route, "whose thing it is was refused", seen(w));
}

static void
hide_things_of_others(struct world *w, const struct route *route)
{
	const unsigned status = route->who == OPERATOR ? 403 : 404;
	const char *values[ROUTE_PARAMETERS_MAX] = { "x", "x", "x", "x" }, *mine, *theirs, *random, *at = route->path;
	thing_maker *make = maker_of(route);
	struct route_slice name;

	if (count_ids(route) == 0)
		return;
	if (make == NULL) {
		complain(route, "wall.def has no THING for this address", "");
		return;
	}
	as(w, "ada");
	make(w, values);
	for (size_t i = 0; route_next_name(&at, &name); i++) {
		if (!is_id(name))
			continue;
		theirs = asked(w, "bob", route, values);
		mine = values[i];
		values[i] = random_id(w);
		random = asked(w, "bob", route, values);
		cells--; /* both are one cell */
		values[i] = mine;
		if (w->answer.status != status || strcmp(theirs, random) != 0)
			complain(route, "another's id is not like a random one", theirs);
	}
	check_owner(w, route, values);
}

static void
another_partys_id_is_like_a_random_one(void **state)
{
	struct world *w = *state;

	given_people(w);
	wrong = 0;
	each_guarded_route(w, hide_things_of_others);
	assert_int_equal(wrong, 0);
}

static unsigned expected;

static void
expect(struct world *w, const struct route *route)
{
	(void)w;
	expected += (unsigned)OUTSIDERS + 1 + (route->who == OPERATOR ? 1 : 0) + count_ids(route);
}

static void
there_are_as_many_cells_as_the_tables_say(void **state)
{
	each_guarded_route(*state, expect);
	print_message("the wall has %u cells\n", cells);
	assert_int_equal(cells, expected);
}

static const struct CMUnitTest wall_tests[] = {
	api_test(outsiders_are_told_the_same_at_every_door),
	api_test(a_lower_role_is_told_the_same_at_every_operators_door),
	api_test(a_key_opens_the_doors_that_take_keys_alone),
	api_test(another_partys_id_is_like_a_random_one),
	api_test(there_are_as_many_cells_as_the_tables_say),
};

int
main(void)
{
	return run_world(wall_tests);
}
