/* Starts the daemon without another Node before it: half of what a first command takes. Whatever does not go well is left
   to the Node relay, which has words for it. */
#define _GNU_SOURCE
#include "start.h"
#include "frames.h"
#include "processes.h"
#include "self.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define PATIENCE_MS 30000
#define SAYING 3 /* the descriptor on which the daemon says that it is ready */

/* Becomes the daemon, with nothing of the caller's but its environment: it lives longer than what started it. */
static _Noreturn void become_daemon(const char *directory, int said) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int nothing = open("/dev/null", O_RDONLY);
  if (chdir(directory) != 0 || nothing < 0 || dup2(nothing, 0) != 0) _exit(127);
  int log = open("daemon.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0 || dup2(log, 1) != 1 || dup2(log, 2) != 2 || dup2(said, SAYING) != SAYING) _exit(127);
  close_from(SAYING + 1);
  unsetenv("HEADNODE_JOB_MARK"); /* one that a job's command starts must not end with that job */
  setenv("HEADNODE_DETACHED", "1", 1);
  execl(self.node, self.node, self.daemon, directory, (char *)NULL);
  _exit(127);
}

/* A child of nobody here: what the relay starts besides is counted and watched. */
static int leave_behind(const char *directory, int said) {
  int status;
  pid_t between = fork();
  if (between == 0) {
    setsid();
    pid_t daemon = fork();
    if (daemon == 0) become_daemon(directory, said);
    _exit(daemon < 0);
  }
  if (between < 0) return -1;
  while (waitpid(between, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status == 0 ? 0 : -1;
}

static int says_ready(int heard) {
  char line[16];
  size_t length = 0;
  long long until = steady_clock_ms() + PATIENCE_MS;
  while (length < sizeof line && !memchr(line, '\n', length)) {
    struct pollfd event = {heard, POLLIN, 0};
    long long left = until - steady_clock_ms();
    if (left <= 0) return 0;
    if (poll(&event, 1, (int)left) <= 0) continue;
    ssize_t more = read(heard, line + length, sizeof line - length);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return 0;
    length += (size_t)more;
  }
  return length == 6 && memcmp(line, "ready\n", 6) == 0;
}

int start_daemon(const char *directory) {
  int ends[2];
  if (!*self.daemon || access(self.daemon, R_OK) != 0 || pipe(ends) != 0) return 0;
  int started = ends[0] >= SAYING && leave_behind(directory, ends[1]) == 0; /* lower: a standard stream is closed */
  close(ends[1]);
  int ready = started && says_ready(ends[0]);
  close(ends[0]);
  return ready;
}
