/* The runner: parent of every job's supervisor. It takes launches from the daemon, hands on what supervisors tell, and
   remembers ends until they are acknowledged. It outlives the daemon while jobs run, and sleeps in poll otherwise.
   Usage: runner DIRECTORY [SOCKET]. The protocol is written down in src/runner/protocol.ts. */
#define _GNU_SOURCE
#include "frames.h"
#include "launch.h"
#include "processes.h"
#include "supervisor.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define LONGEST_KEY 200
#define LARGEST_FRAME (16u << 20)
#define LARGEST_BLANK (32 << 10) /* bytes of earlier records */
/* How long to wait for a daemon: for the first one, and for another after the last has gone. */
#define FIRST_MS 10000
#define NEXT_MS 200

struct job {
  struct job *next;
  char key[LONGEST_KEY + 1];
  pid_t supervisor, leader;
  long long started_ms;
  int socket;           /* to the supervisor; -1 when that has ended */
  int acknowledged;     /* the daemon has kept the end, though the supervisor is not quite gone */
  int blank;            /* of its record; -1 when it has none */
  struct buffer inbox;  /* what the supervisor has said so far */
  struct buffer ending; /* the X or F frame, until acknowledged */
};

static struct job *jobs;
static size_t running;
static int listener, connection = -1, greeted, listening_daemon, child_pipe[2], strangers;
static struct buffer inbox, outbox;
static struct rlimit open_files;

/* ---- records ---- */

static int is_key(const char *key) {
  size_t length = strlen(key);
  if (length == 0 || length > LONGEST_KEY || *key == '.') return 0;
  for (; *key; key++)
    if (!isalnum((unsigned char)*key) && !strchr("._-", *key)) return 0;
  return 1;
}

static const char *record_path(const char *key) {
  static char path[LONGEST_KEY + sizeof "records/"];
  snprintf(path, sizeof path, "records/%s", key);
  return path;
}

/* Files that were records and are to be again: a file system makes a new name far faster than a new file. What a file
   has of an earlier record stays above the line that names the new one, until there is too much of it. */
static int *blanks, blank_count, blank_room, next_blank;

static const char *blank_path(int number) {
  static char path[sizeof "blanks/" + 12];
  snprintf(path, sizeof path, "blanks/%d", number);
  return path;
}

static int take_blank(void) {
  if (blank_count > 0) return blanks[--blank_count];
  int fd = open(blank_path(next_blank), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  close(fd);
  return next_blank++;
}

static void keep_blank(int number) {
  if (number < 0) return;
  if (blank_count == blank_room) {
    blank_room = blank_room * 2 + 16;
    blanks = realloc(blanks, (size_t)blank_room * sizeof *blanks);
    if (!blanks) abort();
  }
  blanks[blank_count++] = number;
}

/* Nothing is known of those that an earlier runner left. */
static void remove_blanks(void) {
  DIR *directory = opendir("blanks");
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (*entry->d_name != '.') unlinkat(dirfd(directory), entry->d_name, 0);
  if (directory) closedir(directory);
}

/* Makes the record of a key, exclusively: -1 and EEXIST when there is one. */
static int open_record(const char *key, int *blank) {
  char line[LONGEST_KEY + 16];
  struct stat facts;
  *blank = take_blank();
  int linked = *blank < 0 ? -1 : link(blank_path(*blank), record_path(key));
  if (linked != 0) {
    int exists = *blank >= 0 && errno == EEXIST;
    keep_blank(*blank);
    *blank = -1;
    if (exists) return errno = EEXIST, -1;
  }
  /* A file system without links gets a file for each. */
  int fd = open(record_path(key), O_WRONLY | O_APPEND | O_CLOEXEC | (linked == 0 ? 0 : O_CREAT | O_EXCL), 0600);
  if (fd < 0) {
    int error = errno;
    if (linked == 0) unlink(record_path(key));
    keep_blank(*blank);
    *blank = -1;
    return errno = error, -1;
  }
  if (*blank >= 0 && (fstat(fd, &facts) != 0 || facts.st_size > LARGEST_BLANK)) {
    unlink(blank_path(*blank));
    *blank = -1;
  }
  snprintf(line, sizeof line, "record %s\n", key);
  write_all(fd, line, strlen(line));
  return fd;
}

static void remove_record(const char *key, int blank) {
  if (unlink(record_path(key)) == 0) keep_blank(blank);
}

static void write_record(const char *key, const char *line) {
  int fd = open(record_path(key), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0) return;
  write_all(fd, line, strlen(line));
  close(fd);
}

/* ---- talking to the daemon ---- */

static void drop_connection(void) {
  if (connection >= 0) close(connection);
  connection = -1;
  listening_daemon = 0;
  inbox.length = outbox.length = 0;
}

static void flush_outbox(void) {
  size_t sent = 0;
  while (connection >= 0 && sent < outbox.length) {
    ssize_t length = send(connection, outbox.data + sent, outbox.length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (length >= 0) sent += (size_t)length;
    else if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    else if (errno != EINTR) drop_connection();
  }
  if (connection >= 0) consume(&outbox, sent);
}

/* Queues a frame made of the given strings. */
static void tell(char kind, const char **strings) {
  size_t frame = open_frame(&outbox, kind);
  for (; *strings; strings++) append_string(&outbox, *strings);
  close_frame(&outbox, frame);
}

/* ---- jobs ---- */

static struct job *find_job(const char *key) {
  struct job *job = jobs;
  while (job && strcmp(job->key, key) != 0) job = job->next;
  return job;
}

static struct job *add_job(const char *key) {
  struct job *job = calloc(1, sizeof *job);
  if (!job) abort();
  strcpy(job->key, key);
  job->socket = -1;
  job->next = jobs;
  return jobs = job;
}

static void free_job(struct job *job) {
  struct job **link = &jobs;
  while (*link != job) link = &(*link)->next;
  *link = job->next;
  free(job->inbox.data);
  free(job->ending.data);
  free(job);
}

/* The job is over: keeps the frame that says so, and says so. */
static void end_job(struct job *job, const char *frame, size_t length) {
  job->ending.length = 0;
  append(&job->ending, frame, length);
  if (listening_daemon) append(&outbox, frame, length);
}

static void refuse_launch(const char *key, const char *stage, int error) {
  const char *strings[] = {key, stage, error_name(error), record_path(is_key(key) ? key : ""), NULL};
  tell('F', strings);
}

static void launch(char *payload, size_t length) {
  const char *key = payload, *only_key[] = {key, NULL};
  int pair[2], blank;
  if (!is_key(key)) return refuse_launch(key, "record", EINVAL);
  int record = open_record(key, &blank);
  if (record < 0 && errno == EEXIST) return tell('D', only_key);
  if (record < 0) return refuse_launch(key, "record", errno);
  pid_t supervisor = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    supervisor = fork();
    if (supervisor == 0) {
      struct assignment assignment = {pair[1], record, payload, length, open_files};
      supervise(&assignment);
    }
    close(pair[1]);
    if (supervisor < 0) close(pair[0]);
  }
  close(record);
  if (supervisor < 0) {
    remove_record(key, blank); /* nothing was started, so it may be tried again */
    return refuse_launch(key, "fork", errno);
  }
  struct job *job = add_job(key);
  job->supervisor = supervisor;
  job->blank = blank;
  job->socket = pair[0];
  running++;
}

/* A supervisor that went without a word was killed; its job is killed with it and recorded like a crash. */
static void end_abandoned(struct job *job) {
  char line[128], started[24], ended[24];
#ifndef __linux__
  if (job->leader > 0) kill(-job->leader, SIGKILL); /* nobody hands us its orphans */
#endif
  strangers = 1;
  long long now = wall_clock_ms();
  snprintf(started, sizeof started, "%lld", job->started_ms ? job->started_ms : now);
  snprintf(ended, sizeof ended, "%lld", now);
  snprintf(line, sizeof line, "exited signal 9 %s %s \n", started, ended);
  write_record(job->key, line);
  const char *strings[] = {job->key, "signal", "9", started, ended, "", NULL};
  struct buffer frame = {0};
  open_frame(&frame, 'X');
  for (const char **string = strings; *string; string++) append_string(&frame, *string);
  close_frame(&frame, 0);
  end_job(job, frame.data, frame.length);
  free(frame.data);
}

static void hear_supervisor(struct job *job) {
  ssize_t length = recv(job->socket, reserve(&job->inbox, 4096), 4096, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length > 0) job->inbox.length += (size_t)length;
  while (job->inbox.length >= FRAME_HEAD) {
    size_t size = FRAME_HEAD + frame_length(job->inbox.data);
    if (job->inbox.length < size) break;
    if (job->inbox.data[0] == 'S') {
      struct cursor cursor = {job->inbox.data + FRAME_HEAD, job->inbox.data + size, 0};
      take_string(&cursor);
      job->leader = (pid_t)take_number(&cursor);
      job->started_ms = take_number(&cursor);
      if (listening_daemon) append(&outbox, job->inbox.data, size);
    } else if (job->inbox.data[0] == 'U' || job->inbox.data[0] == 'G') {
      if (listening_daemon) append(&outbox, job->inbox.data, size);
    } else {
      end_job(job, job->inbox.data, size);
    }
    consume(&job->inbox, size);
  }
  if (length > 0) return;
  close(job->socket);
  job->socket = -1;
  running--;
  if (job->ending.length == 0) end_abandoned(job);
  else if (job->acknowledged) free_job(job);
}

/* ---- the daemon's orders ---- */

static void order_supervisor(struct job *job, char kind, const char *payload, size_t length) {
  char head[FRAME_HEAD];
  put_head(head, kind, length);
  if (write_all(job->socket, head, FRAME_HEAD) == 0) write_all(job->socket, payload, length);
}

static void reschedule(char *payload, size_t length) {
  struct job *job = find_job(payload);
  if (job && job->socket >= 0) order_supervisor(job, 'T', payload, length);
}

/* Asks the supervisors what their jobs use; of what does not run, says so at once. */
static void ask_for_use(char *payload, size_t length) {
  struct cursor cursor = {payload, payload + length, 0};
  while (cursor.at < cursor.end) {
    const char *key = take_string(&cursor), *only_key[] = {key, NULL};
    if (cursor.broken) return;
    struct job *job = find_job(key);
    if (job && job->socket >= 0 && job->ending.length == 0) order_supervisor(job, 'U', "", 0);
    else tell('U', only_key);
  }
}

static void acknowledge(char *payload, size_t length) {
  struct cursor cursor = {payload, payload + length, 0};
  while (cursor.at < cursor.end) {
    const char *key = take_string(&cursor);
    if (cursor.broken) return;
    struct job *job = find_job(key);
    if (!is_key(key) || (job && job->ending.length == 0)) continue; /* it runs: the record is what keeps it single */
    remove_record(key, job ? job->blank : -1);
    if (job) job->blank = -1;
    if (job && job->socket >= 0) job->acknowledged = 1;
    else if (job) free_job(job);
  }
}

static void list_jobs(void) {
  listening_daemon = 1;
  for (struct job *job = jobs; job; job = job->next) {
    char pid[24], started[24];
    snprintf(pid, sizeof pid, "%d", (int)job->leader);
    snprintf(started, sizeof started, "%lld", job->started_ms);
    const char *strings[] = {job->key, pid, started, NULL};
    if (job->ending.length == 0) tell('R', strings);
  }
  for (struct job *job = jobs; job; job = job->next)
    if (job->ending.length > 0 && !job->acknowledged) append(&outbox, job->ending.data, job->ending.length);
  const char *kind[] = {"c", NULL};
  tell('E', kind);
}

static void obey(char kind, char *payload, size_t length) {
  if (kind == 'Q') list_jobs();
  if (length == 0 || payload[length - 1] != 0) return;
  if (kind == 'L') launch(payload, length);
  if (kind == 'T') reschedule(payload, length);
  if (kind == 'U') ask_for_use(payload, length);
  if (kind == 'A') acknowledge(payload, length);
}

static void hear_daemon(void) {
  ssize_t length = recv(connection, reserve(&inbox, 1 << 18), 1 << 18, MSG_DONTWAIT);
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
  connection = accepted;
  greeted = 1;
}

/* ---- children ---- */

static void on_child(int number) {
  (void)number;
  int saved = errno;
  ssize_t written = write(child_pipe[1], "", 1);
  (void)written; /* full: then it is readable anyway */
  errno = saved;
}

/* Ends children that are not supervisors: what a killed supervisor's job left, handed to us by the kernel. */
static void end_strangers(void) {
  pid_t *spared = malloc((running + 1) * sizeof *spared);
  size_t count = 0;
  if (!spared) abort();
  for (struct job *job = jobs; job; job = job->next)
    if (job->socket >= 0) spared[count++] = job->supervisor;
  signal_descendants(getpid(), SIGKILL, spared, count);
  free(spared);
}

static void reap_children(void) {
  char drain[256];
  while (read(child_pipe[0], drain, sizeof drain) > 0) continue;
  int status, unclean = 0;
  while (waitpid(-1, &status, WNOHANG) > 0) unclean |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  if (unclean || strangers) end_strangers();
  strangers = 0;
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

static void turn(void) {
  static struct pollfd *events;
  static struct job **heard;
  static size_t capacity;
  if (running + 3 > capacity) {
    capacity = (running + 3) * 2;
    events = realloc(events, capacity * sizeof *events);
    heard = realloc(heard, capacity * sizeof *heard);
    if (!events || !heard) abort();
  }
  events[0] = (struct pollfd){child_pipe[0], POLLIN, 0};
  events[1] = (struct pollfd){listener, POLLIN, 0};
  events[2] = (struct pollfd){connection, (short)(POLLIN | (outbox.length ? POLLOUT : 0)), 0};
  nfds_t count = 3;
  for (struct job *job = jobs; job; job = job->next) {
    if (job->socket < 0) continue;
    events[count] = (struct pollfd){job->socket, POLLIN, 0};
    heard[count++] = job;
  }
  int idle = running == 0 && connection < 0;
  int ready = poll(events, count, !idle ? -1 : greeted ? NEXT_MS : FIRST_MS);
  if (ready == 0 && idle) exit(0);
  if (ready < 0) return;
  for (nfds_t i = 3; i < count; i++)
    if (events[i].revents) hear_supervisor(heard[i]);
  if (events[0].revents) reap_children();
  if (events[2].revents & ~POLLOUT) hear_daemon();
  if (events[1].revents) accept_daemon();
  flush_outbox();
}

int main(int argc, char **argv) {
  settle(argc, argv);
  for (;;) turn();
}
