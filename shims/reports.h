/* What a supervisor says of its job, to the record and to the runner. */
#ifndef HEADNODE_REPORTS_H
#define HEADNODE_REPORTS_H

/* It runs. Said a few milliseconds later, or together with what is said next: a short job's start and end are one report. */
void report_start(void);

/* When what waits is to be said, by the steady clock; a far time when nothing does. */
long long reports_due_ms(void);
void flush_reports(void);

/* Something happened that the end is to be told with; the first tag counts. */
void report_tag(const char *tag);

/* What the job has used so far and uses now. */
void report_use(void);

/* It is over; `free_again`: this supervisor takes another job. */
void report_end(int free_again);

/* It never ran. */
_Noreturn void report_failure(const char *stage, const char *error, const char *path);

#endif
