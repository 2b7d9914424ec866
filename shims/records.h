/* The runner's records of jobs, in `records` under its directory; src/runner/protocol.ts says what is in them. */
#ifndef HEADNODE_RECORDS_H
#define HEADNODE_RECORDS_H

#define LONGEST_KEY 200

/* Whether a key can name a record. */
int is_key(const char *key);

/* Relative to the runner's directory; overwritten by the next call. */
const char *record_path(const char *key);

/* Makes the record of a key, exclusively, with `more` lines: its descriptor, or -1 and EEXIST when there is one.
   `blank` is to be given back when it is removed. */
int open_record(const char *key, const char *more, int *blank);

void remove_record(const char *key, int blank);

/* Adds a line to a record that nobody else writes any more. */
void write_record(const char *key, const char *line);

/* Removes the blank files that an earlier runner left: nothing is known of them. */
void remove_blanks(void);

#endif
