/* The greeting, as src/relay/protocol.ts has it. What is said here of a process is what its job starts with. */
#define _GNU_SOURCE
#include "greeting.h"
#include "bare.h"
#include "frames.h"
#include "limits.h"
#include "self.h"
#include <sys/un.h>

/* What the Node runner knows its jobs by: a command inside a job must not hand it on to other jobs. */
static const char job_mark[] = "HEADNODE_JOB_MARK=";

/* A text of which the beginning is kept, as far as there is room. */
struct letter {
  char *text;
  size_t room, length;
};

static void put(struct letter *letter, const char *bytes, size_t length) {
  if (letter->length + length <= letter->room) memcpy(letter->text + letter->length, bytes, length);
  else letter->room = 0;
  letter->length += length;
}

/* With the NUL that ends it. */
static void put_string(struct letter *letter, const char *text) { put(letter, text, strlen(text) + 1); }

/* The digits of a number to that base, at least so many; answers where they begin in `text`. */
static char *digits(char text[32], unsigned long long number, int base, int least) {
  char *at = text + 31;
  for (*at = 0; number > 0 || least > 0; number /= base, least--) *--at = (char)('0' + number % base);
  return at;
}

static void put_number(struct letter *letter, long long number) {
  char text[32];
  char *at = digits(text, number < 0 ? -(unsigned long long)number : (unsigned long long)number, 10, 1);
  if (number < 0) *--at = '-';
  put_string(letter, at);
}

static void put_ids(struct letter *letter) {
  char text[32];
  const char *pid = digits(text, (unsigned long long)getpid(), 10, 1);
  put(letter, pid, strlen(pid));
  put(letter, " ", 1);
  put_number(letter, getsid(0));
}

static void put_limits(struct letter *letter) {
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit limit;
    char text[32];
    if (getrlimit(limits[i].resource, &limit) != 0) continue;
    if (i > 0) put(letter, " ", 1);
    put(letter, limits[i].name, strlen(limits[i].name));
    put(letter, "=", 1);
    const char *value = limit.rlim_cur == RLIM_INFINITY ? "unlimited" : digits(text, limit.rlim_cur, 10, 1);
    put(letter, value, strlen(value));
  }
  put(letter, "", 1);
}

static void put_terminal(struct letter *letter) {
  char flags[4] = "000";
  struct winsize size = {0};
  for (int fd = 0; fd < 3; fd++) {
    if (!isatty(fd)) continue;
    flags[fd] = '1';
    if (size.ws_col == 0) ioctl(fd, TIOCGWINSZ, &size);
  }
  put_string(letter, flags);
  put_number(letter, size.ws_col);
  put_number(letter, getpriority(PRIO_PROCESS, 0));
}

static void put_process(struct letter *letter) {
  char text[4096];
  put_string(letter, getcwd(text, sizeof text) ? text : "");
  mode_t mask = umask(0);
  umask(mask);
  put_string(letter, digits(text, mask, 8, 4));
  put_ids(letter);
  put_number(letter, getuid());
}

size_t write_greeting(char *frame, size_t room, char **arguments, char **environment) {
  struct letter letter = {frame, room, FRAME_HEAD};
  long long count = 0;
  put_string(&letter, "2");
  put_string(&letter, self.build);
  put_string(&letter, self.dialect);
  put_string(&letter, self.command);
  put_process(&letter);
  put_terminal(&letter);
  put_limits(&letter);
  while (arguments[count + 1]) count++;
  put_number(&letter, count);
  for (char **argument = arguments + 1; *argument; argument++) put_string(&letter, *argument);
  for (char **entry = environment; *entry; entry++)
    if (strncmp(*entry, job_mark, sizeof job_mark - 1) != 0) put_string(&letter, *entry);
  if (room >= FRAME_HEAD) put_head(frame, 'g', letter.length - FRAME_HEAD);
  return letter.length;
}

int send_greeting(int daemon, const char *frame, size_t length) {
  while (length > 0) {
    ssize_t sent = send(daemon, frame, length, MSG_NOSIGNAL);
    if (sent < 0 && failure() != EINTR) return -1;
    if (sent > 0) frame += sent, length -= (size_t)sent;
  }
  return 0;
}

static const char *variable(char **environment, const char *name) {
  size_t length = strlen(name);
  for (; *environment; environment++)
    if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  return NULL;
}

int state_directory(char *path, size_t size, char **environment) {
  struct letter letter = {path, size, 0};
  const char *home = variable(environment, "HEADNODE_HOME");
  const char *tail = "";
  if (!home || !*home) home = variable(environment, "XDG_STATE_HOME"), tail = "/headnode";
  if (!home || !*home) home = variable(environment, "HOME"), tail = "/.local/state/headnode";
  if (!home || *home != '/') return -1;
  put(&letter, home, strlen(home));
  put_string(&letter, tail);
  return letter.length > size ? -1 : 0;
}

/* 0, or the error for which that is not to be talked to. */
static int refusal_of(const char *path, mode_t type) {
  struct stat facts;
  if (lstat(path, &facts) != 0) return failure();
  if ((facts.st_mode & S_IFMT) != type || facts.st_uid != geteuid()) return EPERM;
  return type == S_IFDIR && (facts.st_mode & 022) != 0 ? EPERM : 0;
}

int is_ours(const char *path, mode_t type) { return refusal_of(path, type) == 0; }

int connect_daemon(const char *directory) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct letter path = {address.sun_path, sizeof address.sun_path, 0};
  put(&path, directory, strlen(directory));
  put_string(&path, "/socket");
  if (path.length > path.room) return -ENAMETOOLONG;
  int refusal = refusal_of(address.sun_path, S_IFSOCK);
  if (refusal != 0) return -refusal;
  int daemon = socket(AF_UNIX, SOCK_STREAM, 0);
  if (daemon < 3) { /* also when a standard stream is closed: Node mends that */
    if (daemon >= 0) close(daemon);
    return -EBADF;
  }
  if (connect(daemon, (struct sockaddr *)&address, sizeof address) == 0) return daemon;
  refusal = failure();
  close(daemon);
  return -refusal;
}
