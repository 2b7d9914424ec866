/* What of the C library's functions works before the library has set itself up: bare calls of the kernel (x86-64 Linux)
   in place of them, for what is compiled with HEADNODE_BARE. They are named and used as usual and answer -1 for failures,
   but where errno is wanted it is `failure()`, which is also right where the library is there. */
#ifndef HEADNODE_BARE_H
#define HEADNODE_BARE_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#ifdef HEADNODE_BARE
#include <sys/syscall.h>

static int bare_failure;

static inline long bare_call(long number, const long *words) {
  register long r10 __asm__("r10") = words[3];
  register long r8 __asm__("r8") = words[4];
  register long r9 __asm__("r9") = words[5];
  long answer;
  __asm__ volatile("syscall"
                   : "=a"(answer)
                   : "a"(number), "D"(words[0]), "S"(words[1]), "d"(words[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  if (answer >= 0) return answer;
  bare_failure = (int)-answer;
  return -1;
}

/* A call of that name; an argument that is not given is 0. */
#define CALL(name, ...) bare_call(SYS_##name, (const long[6]){__VA_ARGS__})

static inline int failure(void) { return bare_failure; }

static inline size_t bare_length(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

static inline void bare_copy(char *to, const char *from, size_t length) {
  void *end = to;
  __asm__ volatile("rep movsb" : "+D"(end), "+S"(from), "+c"(length) : : "memory");
}

static inline int bare_differ(const char *one, const char *other, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (one[i] != other[i] || !one[i]) return one[i] != other[i];
  return 0;
}

/* The kernel tells the priority, the library the niceness. */
static inline int bare_niceness(void) { return 20 - (int)CALL(getpriority, PRIO_PROCESS, 0); }

/* Of a directory that can't be reached from the root the kernel says "(unreachable)". */
static inline char *bare_directory(char *path, size_t size) {
  return CALL(getcwd, (long)path, (long)size) > 0 && *path == '/' ? path : NULL;
}

static inline int bare_is_terminal(int fd) {
  char settings[64]; /* more than the kernel writes */
  return CALL(ioctl, fd, TCGETS, (long)settings) == 0;
}

#define strlen(text) bare_length(text)
#define memcpy(to, from, length) bare_copy(to, from, length)
#define strncmp(one, other, length) bare_differ(one, other, length)
#define lstat(path, facts) CALL(newfstatat, AT_FDCWD, (long)(path), (long)(facts), AT_SYMLINK_NOFOLLOW)
#define socket(...) CALL(socket, __VA_ARGS__)
#define connect(fd, address, size) CALL(connect, fd, (long)(address), size)
#define send(fd, bytes, length, flags) CALL(sendto, fd, (long)(bytes), (long)(length), flags)
#define read(fd, bytes, length) CALL(read, fd, (long)(bytes), (long)(length))
#define write(fd, bytes, length) CALL(write, fd, (long)(bytes), (long)(length))
#define close(fd) CALL(close, fd)
#define umask(mask) CALL(umask, mask)
#define getpid() CALL(getpid)
#define getsid(pid) CALL(getsid, pid)
#define getuid() CALL(getuid)
#define geteuid() CALL(geteuid)
#define getcwd(path, size) bare_directory(path, size)
#define getpriority(which, who) bare_niceness()
#define getrlimit(resource, limit) CALL(prlimit64, 0, resource, 0, (long)(limit))
#define isatty(fd) bare_is_terminal(fd)
#define ioctl(fd, request, facts) CALL(ioctl, fd, request, (long)(facts))

#else
static inline int failure(void) { return errno; }
#endif

#endif
