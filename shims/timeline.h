/* The timeline of a supervised job. */
#ifndef HEADNODE_TIMELINE_H
#define HEADNODE_TIMELINE_H

#include "launch.h"

/* Adds rows, due so long after that moment of the steady clock; their strings stay where they are. */
void take_rows(struct cursor *cursor, long long from_ms);

/* Rows that were taken from 0 count from that moment. */
void count_rows_from(long long start_ms);

/* Does what is due. */
void fire_due_rows(void);

/* When the next row is due, by the steady clock; a far time without one. */
long long next_row_ms(void);

#endif
