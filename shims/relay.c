/* The relay: hands one command's arguments, environment and terminal facts to headnode's daemon and copies bytes back.
   It knows the good path only; whatever is unusual is left to the Node relay, which it becomes by exec.
   The protocol is written down in src/relay/protocol.ts.
   Which command it is stands in self.c. */
#define _GNU_SOURCE
#include "frames.h"
#include "greeting.h"
#include "quick.h"
#include "self.h"
#include "start.h"
#include "usage.h"
#include "work.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#define STDIN_CHUNK 65536
#define LONGEST_NUMBER 32
#define SAME_SIGNAL_MS 250 /* src/relay/main.ts has the same */

extern char **environ;

struct quick quick = {.daemon = -1};
static char **arguments;
static int daemon_socket = -1;
static volatile sig_atomic_t sending;      /* a frame is half sent: a signal handler must wait */
static volatile sig_atomic_t caught_signal; /* a signal that waits to be sent */
static volatile sig_atomic_t alone;         /* the daemon is gone: signals go to the work itself */
static volatile sig_atomic_t tells_all;     /* there is work: every signal is told */
static char outgoing[FRAME_HEAD + STDIN_CHUNK];
static size_t outgoing_length, outgoing_sent;

/* Ends with words of the relay's own, as an error of the command. */
static _Noreturn void give_up(const char *words) {
  char text[512];
  int length = snprintf(text, sizeof text, "%s: error: %s\n", self.command, words);
  write_all(2, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
  _exit(1);
}

static void become_node_relay(void) {
  arguments[0] = (char *)self.shim;
  size_t count = 0;
  while (arguments[count]) count++;
  char **with_node = malloc((count + 2) * sizeof *with_node);
  if (with_node) {
    with_node[0] = (char *)self.node;
    memcpy(with_node + 1, arguments, (count + 1) * sizeof *arguments);
    if (access(self.shim, R_OK) == 0) execv(self.node, with_node);
  }
  execv(self.shim, arguments);
  give_up("headnode or Node.js was moved since it was installed; run `npm rebuild headnode`");
}

/* ---- reaching the daemon, where quick.c has not ---- */

static int reach_daemon(void) {
  char directory[LONGEST_DIRECTORY];
  if (state_directory(directory, sizeof directory, environ) != 0) return -1;
  if (!is_ours(directory, S_IFDIR)) {
    if (!*self.daemon || mkdir(directory, 0700) != 0 || !is_ours(directory, S_IFDIR)) return -1;
  }
  int found = connect_daemon(directory);
  if (found == -ENOENT || found == -ECONNREFUSED) found = start_daemon(directory) ? connect_daemon(directory) : -1;
  return found;
}

static int greet(void) {
  size_t length = write_greeting(NULL, 0, arguments, environ);
  char *frame = malloc(length);
  if (!frame || write_greeting(frame, length, arguments, environ) > length) abort();
  int sent = send_greeting(daemon_socket, frame, length);
  free(frame);
  return sent;
}

/* ---- signals: the first is told to the command, a second one of its kind acts by default a moment later ---- */

static void send_signal(int number) {
  char frame[FRAME_HEAD + 8];
  int length = snprintf(frame + FRAME_HEAD, 8, "%d", number) + 1;
  put_head(frame, 's', (size_t)length);
  if (send(daemon_socket, frame, FRAME_HEAD + (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) caught_signal = 0;
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A second signal of a kind ends the relay. One that comes right after the first is the same once more: timeout(1) tells
   the process and its group. Answers whether this one is to be told. */
static int is_first(int number) {
  static long long first_ms[NSIG];
  if (tells_all) return 1;
  if (first_ms[number] == 0) {
    first_ms[number] = now_ms();
    return 1;
  }
  if (now_ms() - first_ms[number] > SAME_SIGNAL_MS) {
    signal(number, SIG_DFL);
    raise(number); /* is delivered when the handler returns */
  }
  return 0;
}

static void on_signal(int number) {
  int saved = errno;
  if (is_first(number)) {
    caught_signal = number;
    if (alone) signal_work(number);
    else if (!sending) send_signal(number);
  }
  errno = saved;
}

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void catch_signal(int number, int even_ignored) {
  struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  if (sigaction(number, NULL, &before) != 0 || (before.sa_handler == SIG_IGN && !even_ignored)) return;
  sigaction(number, &action, NULL);
}

/* The last two are of interest to work only. */
static void catch_signals(size_t count) {
  for (size_t i = 0; i < count; i++) catch_signal(caught[i], 0);
}

/* Those that came meanwhile are caught now. */
static void let_signals_in(size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, caught[i]);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
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

/* ---- work, see work.h ---- */

static void send_whole(const struct buffer *frame) {
  sending = 1;
  for (size_t sent = 0; sent < frame->length;) {
    ssize_t length = send(daemon_socket, frame->data + sent, frame->length - sent, MSG_NOSIGNAL);
    if (length < 0 && errno != EINTR) break; /* the daemon is gone: reading from it will say so */
    if (length > 0) sent += (size_t)length;
  }
  sending = 0;
  if (caught_signal) send_signal(caught_signal);
}

static void tell_rank(struct rank_end end) {
  struct buffer frame = {0};
  size_t start = open_frame(&frame, 'r');
  append_number(&frame, end.rank);
  if (end.code < 0) append_string(&frame, "");
  else append_number(&frame, end.code);
  if (end.signal < 0) append_string(&frame, "");
  else append_number(&frame, end.signal);
  append_string(&frame, end.stage);
  append_number(&frame, end.failure);
  for (int i = 0; i < FIGURES; i++) append_number(&frame, end.figures[i]);
  close_frame(&frame, start);
  if (!alone) send_whole(&frame);
  free(frame.data);
}

static void leave_work_to_node(void) {
  char number[16];
  fcntl(daemon_socket, F_SETFD, 0);
  snprintf(number, sizeof number, "%d", daemon_socket);
  setenv("HEADNODE_CONNECTION", number, 1);
  become_node_relay();
}

static void begin_work(struct buffer *payload) {
  tells_all = 1;
  catch_signals(sizeof caught / sizeof *caught);
  catch_signal(SIGINT, 1); /* a shell ignores it for what it runs in the background, which is not meant for the work */
  catch_signal(SIGQUIT, 1);
  fcntl(daemon_socket, F_SETFD, FD_CLOEXEC);
  if (!start_work(payload->data, payload->length - 1, tell_rank)) leave_work_to_node();
}

/* The daemon went away at work: the work goes on without it. */
static void finish_alone(void) {
  alone = 1;
  if (caught_signal) signal_work(caught_signal);
  struct pollfd ended = {work_events(), POLLIN, 0};
  while (collect_work(tell_rank) > 0) poll(&ended, 1, watch_work());
  finish_work();
  _exit(worst_end());
}

/* Sleeps until the daemon has said something, moving stdin and telling of work that ended meanwhile. */
static void wait_for_daemon(int *stdin_wanted) {
  for (;;) {
    int pending = outgoing_length > 0;
    struct pollfd events[3] = {{daemon_socket, (short)(POLLIN | (pending ? POLLOUT : 0)), 0},
                               {*stdin_wanted && !pending ? 0 : -1, POLLIN, 0},
                               {work_events(), POLLIN, 0}};
    if (poll(events, 3, watch_work()) < 0) continue;
    if (pending && events[0].revents & POLLOUT) flush_outgoing();
    if (events[1].revents) *stdin_wanted = relay_stdin();
    if (events[2].revents) collect_work(tell_rank);
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
  snprintf(text, sizeof text, "cannot write %s: %s", fd == 1 ? "output" : "errors", strerror(errno));
  give_up(text);
}

static void went_away(int answered) {
  if (work_events() >= 0) finish_alone();
  /* Reset before any answer: the daemon ended with the greeting unread, so nothing was done and it can be said again. */
  if (!answered && errno == ECONNRESET && !caught_signal) become_node_relay();
  /* It has the words for that. */
  setenv("HEADNODE_CONNECTION", "lost", 1);
  become_node_relay();
}

static void refuse_frame(int answered) {
  if (!answered) become_node_relay();
  give_up("headnode's daemon gave an answer that this build does not know");
}

/* Acts on a whole frame that is not output. */
static void obey(char kind, struct buffer *payload, int *stdin_wanted) {
  append(payload, "", 1);
  if (kind == 'x' || kind == 'k') finish_work();
  if (kind == 'i') *stdin_wanted = 1;
  if (kind == 'x') _exit(atoi(payload->data) & 255);
  if (kind == 'k') die_of(atoi(payload->data));
  if (kind == 'q') signal_work(atoi(payload->data));
  if (kind == 'w') {
    begin_work(payload);
    *payload = (struct buffer){0}; /* the work keeps it */
  }
  payload->length = 0;
}

/* Waits for the next piece of the answer; the first may be there already. */
static size_t hear(const char **bytes, int answered) {
  static char input[65536];
  ssize_t length = quick.heard;
  *bytes = length > 0 ? quick.bytes : input;
  if (length < 0) errno = (int)-length;
  if (length == 0) {
    errno = 0;
    do length = read(daemon_socket, input, sizeof input);
    while (length < 0 && errno == EINTR);
  }
  quick.heard = 0;
  if (length <= 0) went_away(answered);
  return (size_t)length;
}

static void answer_loop(void) {
  static struct buffer payload;
  const char *at;
  char head[FRAME_HEAD];
  size_t have = 0, left = 0;
  int answered = 0, stdin_wanted = 0;
  for (;;) {
    if (stdin_wanted || outgoing_length || work_events() >= 0) wait_for_daemon(&stdin_wanted);
    size_t length = hear(&at, answered);
    for (const char *end = at + length; at < end;) {
      if (have < FRAME_HEAD) {
        head[have++] = *at++;
        if (have < FRAME_HEAD) continue;
        left = frame_length(head);
        if (!memchr("oeixkwq", head[0], 7)) refuse_frame(answered);
        if (!memchr("oew", head[0], 3) && left >= LONGEST_NUMBER) refuse_frame(answered);
        answered = 1;
      }
      size_t piece = left < (size_t)(end - at) ? left : (size_t)(end - at);
      if (head[0] == 'o' || head[0] == 'e') {
        if (piece) copy_out(head[0] == 'o' ? 1 : 2, at, piece);
      } else {
        append(&payload, at, piece);
      }
      at += piece;
      left -= piece;
      if (left > 0) continue;
      have = 0;
      obey(head[0], &payload, &stdin_wanted);
    }
  }
}

int main(int argc, char **argv) {
  arguments = argv;
  if (argc < 1) become_node_relay();
  daemon_socket = quick.daemon >= 0 ? quick.daemon : reach_daemon();
  if (daemon_socket < 0 || (quick.daemon < 0 && greet() != 0)) become_node_relay();
  catch_signals(4);
  /* Grid Engine's commands hear it in the background, too, where a shell has it ignored; Slurm's don't. */
  if (strcmp(self.dialect, "sge") == 0) catch_signal(SIGINT, 1);
  if (quick.daemon >= 0) let_signals_in(4);
  answer_loop();
}
