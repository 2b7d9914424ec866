/* The bridge: on another machine, where a daemon is at the far end of its standard streams, it leads to the runner of a
   directory, which it starts if nobody answers. It knows nothing of what it carries, and ends with either side.
   Usage: bridge DIRECTORY RUNNER... */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 15000
#define LONGEST_WAIT_MS 50
#define CHUNK 65536

struct pipe {
  int from, to;
  char data[CHUNK];
  size_t length, written;
};

static int try_connect(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, "runner.sock"); /* however long the directory's own path is */
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

/* It must outlive this process and its login. */
static void start_runner(char **runner) {
  pid_t child = fork();
  if (child < 0) return;
  if (child > 0) {
    waitpid(child, NULL, 0);
    return;
  }
  setsid();
  if (fork() != 0) _exit(0);
  int nothing = open("/dev/null", O_RDONLY), log = open("runner.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (nothing < 0 || log < 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(1);
  execv(runner[0], runner);
  fprintf(stderr, "%s: %s\n", runner[0], strerror(errno));
  _exit(127);
}

static void pause_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static int reach_runner(char **runner) {
  int fd = try_connect();
  for (long waited = 0, wait = 1, since_start = 0; fd < 0 && waited < PATIENCE_MS; waited += wait) {
    /* The one that was there may just have been leaving. */
    if (since_start == 0 || since_start > 1000) start_runner(runner), since_start = 0;
    wait = wait * 2 > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : wait * 2;
    pause_ms(wait);
    since_start += wait;
    fd = try_connect();
  }
  return fd;
}

/* Moves what can be moved; 0 when there is no more. */
static int move(struct pipe *pipe, short ready) {
  if (pipe->length == 0 && ready) {
    ssize_t got = read(pipe->from, pipe->data, CHUNK);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return 0;
    pipe->length = got < 0 ? 0 : (size_t)got;
    pipe->written = 0;
  }
  while (pipe->written < pipe->length) {
    ssize_t put = write(pipe->to, pipe->data + pipe->written, pipe->length - pipe->written);
    if (put < 0 && errno == EAGAIN) return 1;
    if (put < 0 && errno != EINTR) return 0;
    if (put > 0) pipe->written += (size_t)put;
  }
  pipe->length = pipe->written = 0;
  return 1;
}

static void carry(int runner) {
  static struct pipe there, back;
  there.from = 0, there.to = runner, back.from = runner, back.to = 1;
  fcntl(runner, F_SETFL, O_NONBLOCK);
  for (;;) {
    struct pollfd events[] = {
        {there.length ? runner : 0, there.length ? POLLOUT : POLLIN, 0},
        {back.length ? 1 : runner, back.length ? POLLOUT : POLLIN, 0},
    };
    if (poll(events, 2, -1) < 0) continue;
    if (events[0].revents && !move(&there, !there.length)) return;
    if (events[1].revents && !move(&back, !back.length)) return;
  }
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc < 3 || chdir(argv[1]) != 0) {
    fprintf(stderr, "headnode's bridge: %s: %s\n", argc > 1 ? argv[1] : "?", strerror(errno));
    return 1;
  }
  char **runner = argv + 2;
  int fd = reach_runner(runner);
  if (fd < 0) {
    fprintf(stderr, "headnode's runner does not answer; see %s/runner.log\n", argv[1]);
    return 1;
  }
  carry(fd);
  return 0;
}
