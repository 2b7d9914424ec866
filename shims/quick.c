/* Most commands end here, before the C library has set itself up: that asks the processor some fifty times what it can do, and
   each time costs 5 microseconds in a virtual machine, more than all the rest of a relay. The program begins at `quick_entry`:
   the daemon is greeted, and where its answer comes whole in one piece it is written and the process ends. Anything
   else, a signal too, goes on in main, which begins where this stopped. Only for static programs on x86-64 Linux. */
#define _GNU_SOURCE
#include "quick.h"
#include "bare.h"
#include "frames.h"
#include "greeting.h"
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#define MOST_GREETING 65536
#define MOST_ANSWER 65536
#define MASK_BYTES sizeof(unsigned long) /* the kernel's set of signals */
#define BIT(number) (1ul << ((number)-1))

__asm__(".globl quick_entry\n"
        "quick_entry:\n"
        "  mov %rsp, %rdi\n"
        "  push %rdx\n" /* the system's words for the library's start; twice keeps the stack aligned */
        "  push %rdx\n"
        "  call begin_quickly\n"
        "  pop %rdx\n"
        "  pop %rdx\n"
        "  jmp _start\n");

/* Those that relay.c catches. */
static const unsigned long caught = BIT(SIGINT) | BIT(SIGTERM) | BIT(SIGHUP) | BIT(SIGQUIT);

/* Reaches the daemon of the caller and tells it all; -1 where main has to see to it. */
static int greet_quickly(char **arguments, char **environment) {
  static char frame[MOST_GREETING];
  char directory[LONGEST_DIRECTORY];
  if (state_directory(directory, sizeof directory, environment) != 0 || !is_ours(directory, S_IFDIR)) return -1;
  size_t length = write_greeting(frame, sizeof frame, arguments, environment);
  int daemon = length > sizeof frame ? -1 : connect_daemon(directory);
  if (daemon < 0 || send_greeting(daemon, frame, length) == 0) return daemon;
  close(daemon);
  return -1;
}

/* Sleeps until the daemon answers; 0 where a signal came first, or nobody could be woken by one. */
static int is_answered(int daemon) {
  int signals = (int)CALL(signalfd4, -1, (long)&caught, MASK_BYTES, SFD_CLOEXEC);
  struct pollfd events[2] = {{daemon, POLLIN, 0}, {signals, POLLIN, 0}};
  if (signals < 0) return 0;
  while (CALL(ppoll, (long)events, 2, 0, 0, MASK_BYTES) < 0 && failure() == EINTR) continue;
  close(signals);
  return events[0].revents != 0;
}

/* The exit status, if what begins there is a whole answer: output and the frame of the end. Else -1. */
static int status_of(const char *at, const char *end) {
  while (end - at >= FRAME_HEAD) {
    size_t length = frame_length(at);
    if (length > (size_t)(end - at - FRAME_HEAD)) return -1;
    if (*at == 'x') {
      int status = 0;
      for (at += FRAME_HEAD; *at >= '0' && *at <= '9'; at++) status = status * 10 + (*at - '0');
      return *at == 0 ? status & 255 : -1;
    }
    if (*at != 'o' && *at != 'e') return -1;
    at += FRAME_HEAD + length;
  }
  return -1;
}

/* Writes the output of a whole answer and ends; where that fails, what is left is for main. */
static void answer_quickly(char *at, char *end, int status) {
  for (; *at != 'x'; at += FRAME_HEAD) {
    for (size_t left = frame_length(at); left > 0;) {
      ssize_t written = write(*at == 'o' ? 1 : 2, at + FRAME_HEAD, left);
      if (written <= 0) {
        quick.bytes = at;
        quick.heard = end - at;
        return;
      }
      /* What is left is a frame, too. */
      left -= (size_t)written;
      put_head(at + written, *at, left);
      at += written;
    }
  }
  CALL(exit_group, status);
}

/* What comes of the answer in one piece. */
static void hear_quickly(int daemon) {
  static char answer[MOST_ANSWER];
  long length = read(daemon, answer, sizeof answer);
  int status = length > 0 ? status_of(answer, answer + length) : -1;
  quick.bytes = answer;
  quick.heard = length < 0 ? -failure() : length;
  if (status >= 0) answer_quickly(answer, answer + length, status);
}

/* The caller's words are as the system puts them on the stack: their count, they, NULL, the environment, NULL. */
__attribute__((used)) void begin_quickly(long *words) {
  char **arguments = (char **)(words + 1);
  unsigned long blocked = 0;
  if (words[0] < 1) return;
  CALL(rt_sigprocmask, SIG_BLOCK, (long)&caught, (long)&blocked, MASK_BYTES);
  if ((blocked & caught) == 0) quick.daemon = greet_quickly(arguments, arguments + words[0] + 1);
  if (quick.daemon < 0) CALL(rt_sigprocmask, SIG_SETMASK, (long)&blocked, 0, MASK_BYTES);
  else if (is_answered(quick.daemon)) hear_quickly(quick.daemon);
}
