/* The relay: hands one command's arguments, environment and terminal facts to headnode's daemon and copies bytes back.
   It knows the good path only; whatever is unusual is left to the Node relay, which it becomes by exec.
   The protocol is written down in src/relay/protocol.ts.
   Baked in by build.mjs: HEADNODE_DIALECT, HEADNODE_COMMAND, HEADNODE_BUILD, HEADNODE_SHIM, HEADNODE_NODE. */
#define _GNU_SOURCE
#include "frames.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>

#define STDIN_CHUNK 65536
#define LONGEST_SOCKET_PATH 100

extern char **environ;

/* What the Node runner knows its jobs by: a command inside a job must not hand it on to other jobs. */
static const char job_mark[] = "HEADNODE_JOB_MARK=";

static char **arguments;
static int daemon_socket = -1;
static volatile sig_atomic_t sending;      /* a frame is half sent: a signal handler must wait */
static volatile sig_atomic_t caught_signal; /* a signal that waits to be sent */
static char outgoing[FRAME_HEAD + STDIN_CHUNK];
static size_t outgoing_length, outgoing_sent;

static void become_node_relay(void) {
  arguments[0] = HEADNODE_SHIM;
  size_t count = 0;
  while (arguments[count]) count++;
  char **with_node = malloc((count + 2) * sizeof *with_node);
  if (with_node) {
    with_node[0] = HEADNODE_NODE;
    memcpy(with_node + 1, arguments, (count + 1) * sizeof *arguments);
    if (access(HEADNODE_SHIM, R_OK) == 0) execv(HEADNODE_NODE, with_node);
  }
  execv(HEADNODE_SHIM, arguments);
  static const char text[] =
      HEADNODE_COMMAND ": error: headnode or Node.js was moved since it was installed; run `npm rebuild headnode`\n";
  write_all(2, text, sizeof text - 1);
  _exit(1);
}

static void give_up(const char *text) {
  write_all(2, text, strlen(text));
  _exit(1);
}

/* ---- reaching the daemon ---- */

static int state_directory(char *path, size_t size) {
  const char *home = getenv("HEADNODE_HOME");
  const char *tail = "";
  if (!home || !*home) home = getenv("XDG_STATE_HOME"), tail = "/headnode";
  if (!home || !*home) home = getenv("HOME"), tail = "/.local/state/headnode";
  if (!home || *home != '/') return -1;
  int length = snprintf(path, size, "%s%s", home, tail);
  return length < 0 || (size_t)length >= size ? -1 : 0;
}

/* Only a directory and a socket that are the user's alone are talked to. */
static int is_ours(const char *path, mode_t type) {
  struct stat facts;
  if (lstat(path, &facts) != 0 || (facts.st_mode & S_IFMT) != type || facts.st_uid != geteuid()) return 0;
  return type != S_IFDIR || (facts.st_mode & 022) == 0;
}

static int reach_daemon(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char path[LONGEST_SOCKET_PATH + 1];
  if (state_directory(path, sizeof path - sizeof "/socket" + 1) != 0 || !is_ours(path, S_IFDIR)) return -1;
  strcat(path, "/socket");
  if (!is_ours(path, S_IFSOCK)) return -1;
  strcpy(address.sun_path, path);
  daemon_socket = socket(AF_UNIX, SOCK_STREAM, 0);
  if (daemon_socket < 3) return -1; /* also when one of the standard streams is closed: Node mends that */
  return connect(daemon_socket, (struct sockaddr *)&address, sizeof address);
}

/* ---- the greeting ---- */

static const struct {
  const char *name;
  int resource;
} limits[] = {
    {"cpu", RLIMIT_CPU},     {"fsize", RLIMIT_FSIZE}, {"data", RLIMIT_DATA},     {"stack", RLIMIT_STACK},
    {"core", RLIMIT_CORE},
#ifdef RLIMIT_RSS
    {"rss", RLIMIT_RSS},
#endif
#ifdef RLIMIT_NPROC
    {"nproc", RLIMIT_NPROC},
#endif
    {"nofile", RLIMIT_NOFILE},
#ifdef RLIMIT_MEMLOCK
    {"memlock", RLIMIT_MEMLOCK},
#endif
    {"as", RLIMIT_AS},
};

static void append_limits(struct buffer *greeting) {
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit limit;
    char text[64];
    if (getrlimit(limits[i].resource, &limit) != 0) continue;
    int length = limit.rlim_cur == RLIM_INFINITY
                     ? snprintf(text, sizeof text, "%s%s=unlimited", i ? " " : "", limits[i].name)
                     : snprintf(text, sizeof text, "%s%s=%llu", i ? " " : "", limits[i].name,
                                (unsigned long long)limit.rlim_cur);
    append(greeting, text, (size_t)length);
  }
  append(greeting, "", 1);
}

static void append_terminal(struct buffer *greeting) {
  char flags[4] = "000";
  struct winsize size = {0};
  for (int fd = 0; fd < 3; fd++) {
    if (!isatty(fd)) continue;
    flags[fd] = '1';
    if (size.ws_col == 0) ioctl(fd, TIOCGWINSZ, &size);
  }
  append_string(greeting, flags);
  append_number(greeting, size.ws_col);
}

static void append_process(struct buffer *greeting) {
  char text[4096];
  append_string(greeting, getcwd(text, sizeof text) ? text : "");
  mode_t mask = umask(0);
  umask(mask);
  snprintf(text, sizeof text, "%04o", (unsigned)mask);
  append_string(greeting, text);
  append_number(greeting, getpid());
  append_number(greeting, getuid());
}

static int greet(int argc) {
  struct buffer greeting = {0};
  size_t frame = open_frame(&greeting, 'g');
  append_string(&greeting, "1");
  append_string(&greeting, HEADNODE_BUILD);
  append_string(&greeting, HEADNODE_DIALECT);
  append_string(&greeting, HEADNODE_COMMAND);
  append_process(&greeting);
  append_terminal(&greeting);
  append_limits(&greeting);
  append_number(&greeting, argc - 1);
  for (int i = 1; i < argc; i++) append_string(&greeting, arguments[i]);
  for (char **entry = environ; *entry; entry++)
    if (strncmp(*entry, job_mark, sizeof job_mark - 1) != 0) append_string(&greeting, *entry);
  close_frame(&greeting, frame);
  const char *bytes = greeting.data;
  for (size_t left = greeting.length; left > 0;) {
    ssize_t sent = send(daemon_socket, bytes, left, MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return -1;
    if (sent > 0) bytes += sent, left -= (size_t)sent;
  }
  free(greeting.data);
  return 0;
}

/* ---- signals: the first is told to the command, a second one of its kind acts by default ---- */

static void send_signal(int number) {
  char frame[FRAME_HEAD + 8];
  int length = snprintf(frame + FRAME_HEAD, 8, "%d", number) + 1;
  put_head(frame, 's', (size_t)length);
  if (send(daemon_socket, frame, FRAME_HEAD + (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) caught_signal = 0;
}

static void on_signal(int number) {
  int saved = errno;
  caught_signal = number;
  if (!sending) send_signal(number);
  errno = saved;
}

static void catch_signals(void) {
  static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
    struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    if (sigaction(caught[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(caught[i], &action, NULL);
  }
}

/* ---- stdin, once the command asked for it ---- */

static void flush_outgoing(void) {
  while (outgoing_sent < outgoing_length) {
    ssize_t sent = send(daemon_socket, outgoing + outgoing_sent, outgoing_length - outgoing_sent,
                        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (sent < 0) break; /* the daemon is gone: reading from it will say so */
    outgoing_sent += (size_t)sent;
  }
  outgoing_sent = outgoing_length = 0;
  sending = 0;
  if (caught_signal) send_signal(caught_signal);
}

/* Sends one piece of stdin; answers whether there may be more. */
static int relay_stdin(void) {
  ssize_t length = read(0, outgoing + FRAME_HEAD, STDIN_CHUNK);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return 1;
  if (length < 0) length = 0;
  put_head(outgoing, length > 0 ? 'd' : 'D', (size_t)length);
  sending = 1;
  outgoing_length = FRAME_HEAD + (size_t)length;
  flush_outgoing();
  return length > 0;
}

/* Sleeps until the daemon has said something, moving stdin meanwhile. */
static void wait_for_daemon(int *stdin_wanted) {
  for (;;) {
    int pending = outgoing_length > 0;
    struct pollfd events[2] = {{daemon_socket, (short)(POLLIN | (pending ? POLLOUT : 0)), 0},
                               {*stdin_wanted && !pending ? 0 : -1, POLLIN, 0}};
    if (poll(events, 2, -1) < 0) continue;
    if (pending && events[0].revents & POLLOUT) flush_outgoing();
    if (events[1].revents) *stdin_wanted = relay_stdin();
    if (events[0].revents & ~POLLOUT) return;
  }
}

/* ---- the answer ---- */

static void die_of(int number) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none); /* the command was killed, not this program: no core file of it */
  signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
  _exit(128 + number);
}

static void copy_out(int fd, const char *bytes, size_t length) {
  if (write_all(fd, bytes, length) == 0) return;
  if (errno == EPIPE) die_of(SIGPIPE);
  char text[256];
  snprintf(text, sizeof text, HEADNODE_COMMAND ": error: cannot write %s: %s\n", fd == 1 ? "output" : "errors",
           strerror(errno));
  give_up(text);
}

static void went_away(int answered) {
  /* Reset before any answer: the daemon ended with the greeting unread, so nothing was done and it can be said again. */
  if (!answered && errno == ECONNRESET && !caught_signal) become_node_relay();
  give_up(HEADNODE_COMMAND ": error: headnode's daemon went away before it answered; see `headnode daemon logs`\n");
}

static void refuse_frame(int answered) {
  if (!answered) become_node_relay();
  give_up(HEADNODE_COMMAND ": error: headnode's daemon gave an answer that this build does not know\n");
}

/* Acts on a whole small frame. */
static void obey(char kind, const char *payload, int *stdin_wanted) {
  if (kind == 'i') *stdin_wanted = 1;
  if (kind == 'x') _exit(atoi(payload) & 255);
  if (kind == 'k') die_of(atoi(payload));
}

static void answer_loop(void) {
  static char input[65536];
  char head[FRAME_HEAD], small[32];
  size_t have = 0, left = 0;
  int answered = 0, stdin_wanted = 0;
  for (;;) {
    if (stdin_wanted || outgoing_length) wait_for_daemon(&stdin_wanted);
    ssize_t length = read(daemon_socket, input, sizeof input);
    if (length < 0 && errno == EINTR) continue;
    if (length == 0) errno = 0;
    if (length <= 0) went_away(answered);
    for (const char *at = input, *end = input + length; at < end;) {
      if (have < FRAME_HEAD) {
        head[have++] = *at++;
        if (have < FRAME_HEAD) continue;
        left = frame_length(head);
        if (!memchr("oeixk", head[0], 5)) refuse_frame(answered);
        if (head[0] != 'o' && head[0] != 'e' && left >= sizeof small) refuse_frame(answered);
        memset(small, 0, sizeof small);
        answered = 1;
      }
      size_t piece = left < (size_t)(end - at) ? left : (size_t)(end - at);
      if (head[0] == 'o' || head[0] == 'e') {
        if (piece) copy_out(head[0] == 'o' ? 1 : 2, at, piece);
      } else {
        memcpy(small + strlen(small), at, piece);
      }
      at += piece;
      left -= piece;
      if (left > 0) continue;
      have = 0;
      obey(head[0], small, &stdin_wanted);
    }
  }
}

int main(int argc, char **argv) {
  arguments = argv;
  if (argc < 1 || reach_daemon() != 0 || greet(argc) != 0) become_node_relay();
  catch_signals();
  answer_loop();
}
