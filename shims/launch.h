/* A launch frame taken apart, and becoming the job it describes. Format: src/runner/protocol.ts. */
#ifndef HEADNODE_LAUNCH_H
#define HEADNODE_LAUNCH_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Strings of a payload still to be read. */
struct cursor {
  char *at, *end;
  int broken; /* something was missing: every further string is empty */
};

char *take_string(struct cursor *cursor);
long long take_number(struct cursor *cursor);
/* Takes that many strings as a NULL-terminated list; a count that cannot be true breaks the cursor. */
char **take_strings(struct cursor *cursor, long long count);

struct launch {
  char *key, *directory, *fallback_directory, *input, *output, *errors, *mode, *affinity, *file;
  mode_t umask;
  char **limits, **arguments, **environment;
};

/* Why a job could not be started: the stage, the error number and the path it was about. */
struct failure {
  const char *stage;
  int error;
  const char *path;
};

/* Which line a launch is a member of (empty: none), what is noted of it, and its processors, in the payload. */
struct membership {
  char *line, *note, *affinity;
};

/* What a launch frame's payload says of that; of one that is broken, nothing. */
struct membership read_membership(char *payload, size_t length);

/* Reads a launch up to its timeline; the cursor stands on the row count afterwards. */
void take_launch(struct cursor *cursor, struct launch *launch);

/* Descriptors of the job's streams; WAITING where opening could block for as long as a peer likes (a FIFO), so that
   the job must do it itself. */
#define WAITING -2
struct streams {
  int input, output, errors;
};

/* Enters the directory, sets the umask and opens the streams: 0, or -1 with the failure told. */
int prepare(const struct launch *launch, struct streams *streams, struct failure *failure);

/* In the forked child: becomes the job. Comes back only to tell a failure. */
void become_job(const struct launch *launch, struct streams streams, struct failure *failure);

#endif
