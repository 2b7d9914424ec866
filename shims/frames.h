/* Frames as both protocols use them: one byte of kind, four of length (big-endian), then the payload, which is mostly
   NUL-terminated strings one after the other. Growing buffers and whole writes live here too. */
#ifndef HEADNODE_FRAMES_H
#define HEADNODE_FRAMES_H

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_HEAD 5

#ifndef MSG_NOSIGNAL /* where it is missing, a daemon that goes away may cost a SIGPIPE */
#define MSG_NOSIGNAL 0
#endif

struct buffer {
  char *data;
  size_t length, capacity;
};

/* Makes room for that many more bytes; running out of memory ends the process. */
static inline char *reserve(struct buffer *b, size_t more) {
  if (b->length + more > b->capacity) {
    size_t capacity = b->capacity ? b->capacity : 1024;
    while (capacity < b->length + more) capacity *= 2;
    char *data = realloc(b->data, capacity);
    if (!data) abort();
    b->data = data;
    b->capacity = capacity;
  }
  return b->data + b->length;
}

static inline void append(struct buffer *b, const void *bytes, size_t length) {
  if (length == 0) return; /* an empty buffer has no place to copy to */
  memcpy(reserve(b, length), bytes, length);
  b->length += length;
}

static inline void append_string(struct buffer *b, const char *text) { append(b, text, strlen(text) + 1); }

static inline void append_number(struct buffer *b, long long number) {
  char text[24];
  snprintf(text, sizeof text, "%lld", number);
  append_string(b, text);
}

static inline void put_head(char *at, char kind, size_t length) {
  at[0] = kind;
  at[1] = (char)(length >> 24), at[2] = (char)(length >> 16), at[3] = (char)(length >> 8), at[4] = (char)length;
}

static inline size_t frame_length(const char *head) {
  const unsigned char *h = (const unsigned char *)head;
  return (size_t)h[1] << 24 | (size_t)h[2] << 16 | (size_t)h[3] << 8 | h[4];
}

/* Opens a frame at the buffer's end; close_frame fills in its length. */
static inline size_t open_frame(struct buffer *b, char kind) {
  size_t at = b->length;
  put_head(reserve(b, FRAME_HEAD), kind, 0);
  b->length += FRAME_HEAD;
  return at;
}

static inline void close_frame(struct buffer *b, size_t at) {
  put_head(b->data + at, b->data[at], b->length - at - FRAME_HEAD);
}

/* Drops bytes from the buffer's front. */
static inline void consume(struct buffer *b, size_t length) {
  if (length == 0) return; /* an empty buffer has no bytes to move */
  memmove(b->data, b->data + length, b->length - length);
  b->length -= length;
}

/* Writes everything, also to a descriptor that somebody made non-blocking; -1 and errno when that is impossible. */
static inline int write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written >= 0) {
      bytes += written;
      length -= (size_t)written;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      struct pollfd ready = {fd, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return 0;
}

#endif
