/* The runner: parent of every job's supervisor. It takes launches from the daemon, hands on what supervisors tell, and
   remembers ends until they are acknowledged. It outlives the daemon while jobs run, and sleeps in poll otherwise.
   Usage: runner DIRECTORY [SOCKET]. The protocol is written down in src/runner/protocol.ts. */
#define _GNU_SOURCE
#include "frames.h"
#include "jobs.h"
#include "launch.h"
#include "lines.h"
#include "processes.h"
#include "supervisors.h"
#include "talk.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define LARGEST_FRAME (16u << 20)
/* How long to wait for a daemon: for the first one, and for another after the last has gone. */
#define FIRST_MS 10000
#define NEXT_MS 200

static int listener, greeted, child_pipe[2];
static struct buffer inbox;

/* ---- the daemon's orders ---- */

static void reschedule(char *payload, size_t length) {
  struct job *job = find_job(payload);
  if (job && job->supervisor) order_supervisor(job, 'T', payload, length);
}

/* Asks the supervisors what their jobs use; of what does not run, says so at once. */
static void ask_for_use(const char *key) {
  const char *only_key[] = {key, NULL};
  struct job *job = find_job(key);
  if (job && job->supervisor) order_supervisor(job, 'U', "", 0);
  else tell('U', only_key);
}

static void acknowledge(const char *key) {
  struct job *job = find_job(key);
  if (!is_key(key) || (job && !job->end_number)) return; /* it runs: the record is what keeps it single */
  remove_record(key, job ? job->blank : -1);
  if (job) free_job(job);
}

/* Takes back what waits: the daemon has made its record, so that it could not begin meanwhile. */
static void take_back(const char *key) {
  forget_waiting(key);
  if (is_key(key) && !find_job(key)) remove_record(key, -1);
}

static void each_key(char *payload, size_t length, void (*act)(const char *key)) {
  struct cursor cursor = {payload, payload + length, 0};
  while (cursor.at < cursor.end) {
    const char *key = take_string(&cursor);
    if (cursor.broken) return;
    act(key);
  }
}

static void obey(char kind, char *payload, size_t length) {
  if (kind == 'Q') talk.listening = 1, list_jobs();
  if (length == 0 || payload[length - 1] != 0) return;
  if (kind == 'L') launch(payload, length);
  if (kind == 'N') wait_in_line(payload, length);
  if (kind == 'B') each_key(payload, length, take_back);
  if (kind == 'T') reschedule(payload, length);
  if (kind == 'U') each_key(payload, length, ask_for_use);
  if (kind == 'A') each_key(payload, length, acknowledge);
}

/* What waits was handed over by a daemon that says to the next one, in the store, that it still waits. */
static void drop_connection(void) {
  if (talk.connection >= 0) close(talk.connection);
  talk.connection = -1;
  talk.listening = 0;
  inbox.length = talk.outbox.length = 0;
  forget_all_waiting();
}

static void hear_daemon(void) {
  ssize_t length = recv(talk.connection, reserve(&inbox, 1 << 18), 1 << 18, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) return drop_connection();
  inbox.length += (size_t)length;
  size_t done = 0;
  while (inbox.length - done >= FRAME_HEAD) {
    char *frame = inbox.data + done;
    size_t size = frame_length(frame);
    if (size > LARGEST_FRAME) return drop_connection();
    if (inbox.length - done - FRAME_HEAD < size) break;
    obey(frame[0], frame + FRAME_HEAD, size);
    done += FRAME_HEAD + size;
  }
  consume(&inbox, done);
}

static void accept_daemon(void) {
  int accepted = accept(listener, NULL, NULL);
  if (accepted < 0) return;
  fcntl(accepted, F_SETFD, FD_CLOEXEC);
  drop_connection();
  talk.connection = accepted;
  greeted = 1;
}

static void on_child(int number) {
  (void)number;
  int saved = errno;
  ssize_t written = write(child_pipe[1], "", 1);
  (void)written; /* full: then it is readable anyway */
  errno = saved;
}

/* ---- the process ---- */

/* One runner at a time has a directory: the kernel takes the lock back however this process ends, and children never
   have it. Two that were started at the same instant would else take the socket from each other, and jobs with it. */
static int be_the_only_one(void) {
  int fd = open("runner.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(fd, F_SETLK, &whole) == 0) return 0;
  if (errno == EACCES || errno == EAGAIN) _exit(0); /* another runner lives */
  return -1;
}

/* What lies at the path is of a runner that is gone. */
static int bind_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return errno = ENAMETOOLONG, -1;
  strcpy(address.sun_path, path);
  unlink(path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 16) == 0 ? fd : -1;
}

static void settle(int argc, char **argv) {
  close_from(3); /* whatever the user's shell had open must not stay open for as long as the runner lives */
  if (argc < 2 || chdir(argv[1]) != 0 || (mkdir("records", 0700) != 0 && errno != EEXIST)) goto failed;
  umask(077);
  if (be_the_only_one() != 0) goto failed;
  if (mkdir("blanks", 0700) != 0) remove_blanks();
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  if (pipe(child_pipe) != 0) goto failed;
  for (int i = 0; i < 2; i++) {
    fcntl(child_pipe[i], F_SETFD, FD_CLOEXEC);
    fcntl(child_pipe[i], F_SETFL, O_NONBLOCK);
  }
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
  sigaction(SIGCHLD, &action, NULL);
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  getrlimit(RLIMIT_NOFILE, &open_files);
  struct rlimit most = {open_files.rlim_max, open_files.rlim_max};
  setrlimit(RLIMIT_NOFILE, &most);
  listener = bind_socket(argc > 2 ? argv[2] : "runner.sock");
  if (listener >= 0) return;
failed:
  fprintf(stderr, "headnode's runner cannot start in %s: %s\n", argc > 1 ? argv[1] : "?", strerror(errno));
  exit(1);
}

static size_t running(void) {
  size_t count = 0;
  for (struct supervisor *supervisor = supervisors; supervisor; supervisor = supervisor->next)
    count += supervisor->job != NULL;
  return count;
}

static void drain_child_pipe(void) {
  char drain[256];
  while (read(child_pipe[0], drain, sizeof drain) > 0) continue;
}

static void turn(void) {
  static struct pollfd *events;
  static struct supervisor **heard;
  static size_t capacity;
  if (supervisor_count + 3 > capacity) {
    capacity = (supervisor_count + 3) * 2;
    events = realloc(events, capacity * sizeof *events);
    heard = realloc(heard, capacity * sizeof *heard);
    if (!events || !heard) abort();
  }
  events[0] = (struct pollfd){child_pipe[0], POLLIN, 0};
  events[1] = (struct pollfd){listener, POLLIN, 0};
  events[2] = (struct pollfd){talk.connection, (short)(POLLIN | (outbox_wait_ms() == 0 ? POLLOUT : 0)), 0};
  nfds_t count = 3;
  for (struct supervisor *supervisor = supervisors; supervisor; supervisor = supervisor->next) {
    events[count] = (struct pollfd){supervisor->socket, POLLIN, 0};
    heard[count++] = supervisor;
  }
  int idle = talk.connection < 0 && running() == 0;
  int ready = poll(events, count, !idle ? outbox_wait_ms() : greeted ? NEXT_MS : FIRST_MS);
  if (ready == 0 && idle) exit(0);
  if (ready < 0) return;
  for (nfds_t i = 3; i < count; i++)
    if (events[i].revents) hear_supervisor(heard[i]);
  fill_places();
  if (events[0].revents) drain_child_pipe(), reap_children();
  if (events[2].revents & ~POLLOUT) hear_daemon();
  if (events[1].revents) accept_daemon();
  if (outbox_wait_ms() == 0 && !flush_outbox()) drop_connection();
}

int main(int argc, char **argv) {
  settle(argc, argv);
  for (;;) turn();
}
