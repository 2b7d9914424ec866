/* Talks to the daemon: frames are queued, and sent when the runner's turn is over. */
#include "talk.h"

struct talk talk = {.connection = -1};

void tell(char kind, const char **strings) {
  size_t frame = open_frame(&talk.outbox, kind);
  for (; *strings; strings++) append_string(&talk.outbox, *strings);
  close_frame(&talk.outbox, frame);
}

void tell_listener(const char *frame, size_t length) {
  if (talk.listening) append(&talk.outbox, frame, length);
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
