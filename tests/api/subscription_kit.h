/* subscription_kit.h -- clients with their subscriptions, operators who keep plans, and what time does to terms. */
#ifndef STOA_TESTS_API_SUBSCRIPTION_KIT_H
#define STOA_TESTS_API_SUBSCRIPTION_KIT_H

#include "tests/api/kit/world.h"

#define NOBODY "0190b5a0-0000-7000-8000-000000000000"

/* A region, device type or (behind a letter) plan that no other test has ever named. */
const char *fresh(struct world *w);

/* Somebody called "desk" who keeps plans and subscriptions, and makes the calls from here on. */
#define given_plan_desk(w) kit_given_plan_desk(w, HERE)
void kit_given_plan_desk(struct world *w, struct place place);
/* A client whose subscription is called "<name>-subscription"; who makes the calls from here on. */
#define given_client(w, name, region, device_type) kit_given_client(w, name, region, device_type, HERE)
void kit_given_client(
    struct world *w, const char *name, const char *region, const char *device_type, struct place place);
/* Moves what there is of the subscription so far into the past, term and all. */
#define given_past(w, name, interval) kit_given_past(w, name, interval, HERE)
void kit_given_past(struct world *w, const char *name, const char *interval, struct place place);
/* Its term ended an hour ago. */
#define given_ended(w, name) kit_given_ended(w, name, HERE)
void kit_given_ended(struct world *w, const char *name, struct place place);
/* Lets the job run, and waits until it has done with the subscription what it is to do. */
#define wait_for_job(w, name, condition) kit_wait_for_job(w, name, condition, HERE)
void kit_wait_for_job(struct world *w, const char *name, const char *condition, struct place place);
/* What has been told of the subscription, in order: "started canceled expired". */
#define told(w, name) kit_told(w, name, HERE)
const char *kit_told(struct world *w, const char *name, struct place place);

#endif
