/* The timeline of a supervised job. */
#ifndef HEADNODE_TIMELINE_H
#define HEADNODE_TIMELINE_H

#include "launch.h"

/* Adds rows; their strings stay where they are. */
void take_rows(struct cursor *cursor);

/* Does what is due. */
void fire_due_rows(void);

/* When the next row is due, by the steady clock; a far time without one. */
long long next_row_ms(void);

#endif
