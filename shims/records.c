/* Makes and removes the records of jobs. */
#define _GNU_SOURCE
#include "records.h"
#include "frames.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#define LARGEST_BLANK (32 << 10) /* bytes of earlier records */

int is_key(const char *key) {
  size_t length = strlen(key);
  if (length == 0 || length > LONGEST_KEY || *key == '.') return 0;
  for (; *key; key++)
    if (!isalnum((unsigned char)*key) && !strchr("._-", *key)) return 0;
  return 1;
}

const char *record_path(const char *key) {
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

void remove_blanks(void) {
  DIR *directory = opendir("blanks");
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (*entry->d_name != '.') unlinkat(dirfd(directory), entry->d_name, 0);
  if (directory) closedir(directory);
}

/* A blank may be a record again afterwards; one that has grown too large goes with the record. */
static int is_again(int fd, int number) {
  struct stat facts;
  if (fstat(fd, &facts) == 0 && facts.st_size <= LARGEST_BLANK) return 1;
  unlink(blank_path(number));
  return 0;
}

/* Made of a blank, which says whose record it is before it is one: whoever finds it can read that. -1 and EEXIST where there
   is a record, -1 and something else where blanks can't be had. */
static int make_linked(const char *key, const struct buffer *text, int *blank) {
  int number = take_blank(), fd = number < 0 ? -1 : open(blank_path(number), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd >= 0 && write_all(fd, text->data, text->length) == 0 && link(blank_path(number), record_path(key)) == 0) {
    *blank = is_again(fd, number) ? number : -1;
    return fd;
  }
  int error = errno;
  if (fd >= 0) close(fd);
  keep_blank(number);
  return errno = error, -1;
}

/* A file system without links gets a file for each. */
static int make_plain(const char *key, const struct buffer *text) {
  int fd = open(record_path(key), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) write_all(fd, text->data, text->length);
  return fd;
}

int open_record(const char *key, const char *more, int *blank) {
  struct buffer text = {0};
  append(&text, "record ", 7);
  append(&text, key, strlen(key));
  append(&text, "\n", 1);
  append(&text, more, strlen(more));
  *blank = -1;
  int fd = make_linked(key, &text, blank);
  if (fd < 0 && errno != EEXIST) fd = make_plain(key, &text);
  int error = errno;
  free(text.data);
  return errno = error, fd;
}

void remove_record(const char *key, int blank) {
  if (unlink(record_path(key)) == 0) keep_blank(blank);
}

void write_record(const char *key, const char *line) {
  int fd = open(record_path(key), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0) return;
  write_all(fd, line, strlen(line));
  close(fd);
}
