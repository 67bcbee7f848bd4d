/* bisect.c -- the arithmetic of finding the one that fails. */
#include "core/work/bisect.h"

void
bisect_init(struct bisect *bisect, int32_t full)
{
	*bisect = (struct bisect){ .full = full, .limit = full };
}

/* One that fails even to be put aside stays where it is: the loop tries again, and says so. */
void
bisect_failed(struct bisect *bisect)
{
	if (bisect->limit == 1) {
		bisect->suspect = 1;
		bisect->quarantine = true;
		return;
	}
	bisect->suspect = bisect->limit;
	bisect->limit /= 2;
}

/* A short batch was the last there is: what failed before is no longer there, or no longer fails. */
void
bisect_passed(struct bisect *bisect, int32_t done)
{
	bool is_short = done < bisect->limit;

	bisect->suspect -= done;
	if (bisect->quarantine || is_short || bisect->suspect <= 0) {
		bisect_init(bisect, bisect->full);
		return;
	}
	bisect->limit = bisect->suspect > 1 ? bisect->suspect / 2 : 1;
}
