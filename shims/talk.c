/* Talks to the daemon: frames are queued, and sent when the runner's turn is over. */
#include "talk.h"
#include "processes.h"

#define SOON_MS 5

struct talk talk = {.connection = -1};

void tell(char kind, const char **strings) {
  size_t frame = open_frame(&talk.outbox, kind);
  for (; *strings; strings++) append_string(&talk.outbox, *strings);
  close_frame(&talk.outbox, frame);
  talk.due_ms = 0;
}

void tell_listener(const char *frame, size_t length) {
  if (!talk.listening) return;
  append(&talk.outbox, frame, length);
  talk.due_ms = 0;
}

void tell_listener_soon(const char *frame, size_t length) {
  if (!talk.listening) return;
  if (talk.outbox.length == 0) talk.due_ms = steady_clock_ms() + SOON_MS;
  append(&talk.outbox, frame, length);
}

int outbox_wait_ms(void) {
  if (talk.outbox.length == 0) return -1;
  long long left = talk.due_ms ? talk.due_ms - steady_clock_ms() : 0;
  return left > 0 ? (int)left : 0;
}

int flush_outbox(void) {
  size_t sent = 0;
  while (talk.connection >= 0 && sent < talk.outbox.length) {
    ssize_t length = send(talk.connection, talk.outbox.data + sent, talk.outbox.length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (length >= 0) sent += (size_t)length;
    else if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    else if (errno != EINTR) return 0;
  }
  consume(&talk.outbox, sent);
  return 1;
}
