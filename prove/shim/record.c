/* Writes down, in order, what changes the disk: to SHIM_LOG, in the form that disk-log.ts reads. */
#include "shim.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAGIC 0x53544f57u
#define LOG_FD 900
#define PARTS_MAX 1024

/* Followed by the name, the second name and the bytes. */
struct head {
  uint32_t magic;
  uint32_t kind;
  uint64_t ino;
  uint64_t at;
  uint64_t size;
  uint32_t name_size;
  uint32_t other_size;
  uint64_t byte_size;
};

static int log_fd = -1;
static uint64_t syncs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void open_log(void) {
  const char *path = getenv("SHIM_LOG");
  if (path == NULL) return;
  int fd = syscall(SYS_open, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) abort();
  log_fd = fcntl(fd, F_DUPFD_CLOEXEC, LOG_FD);
  syscall(SYS_close, fd);
  if (log_fd < 0) abort();
  /* So that the numbers of syncs of several processes differ. */
  syncs = (uint64_t)getpid() << 32;
}

/* A child of a fork may have been made while another thread had the lock. */
static void fresh_lock(void) { pthread_mutex_init(&lock, NULL); }
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, fresh_lock); }

void begin_change(void) { pthread_mutex_lock(&lock); }
void end_change(void) { pthread_mutex_unlock(&lock); }

/* One call, so that the records of several processes do not mix. A log with a gap proves nothing: the process ends. */
static void append(const struct iovec *parts, int count) {
  int error = errno;
  size_t size = 0;
  for (int i = 0; i < count; i++) size += parts[i].iov_len;
  if (syscall(SYS_writev, log_fd, parts, count) != (long)size) abort();
  errno = error;
}

static void record_parts(struct head head, const char *name, const char *other, const struct iovec *bytes, int count) {
  if (log_fd < 0) return;
  struct iovec parts[PARTS_MAX + 3];
  if (count > PARTS_MAX) abort();
  head.magic = MAGIC;
  head.name_size = name == NULL ? 0 : strlen(name);
  head.other_size = other == NULL ? 0 : strlen(other);
  parts[0] = (struct iovec){&head, sizeof head};
  parts[1] = (struct iovec){(void *)name, head.name_size};
  parts[2] = (struct iovec){(void *)other, head.other_size};
  size_t left = head.byte_size;
  int used = 3;
  for (int i = 0; i < count && left > 0; i++) {
    size_t size = bytes[i].iov_len < left ? bytes[i].iov_len : left;
    parts[used++] = (struct iovec){bytes[i].iov_base, size};
    left -= size;
  }
  append(parts, used);
}

void record(int kind, uint64_t ino, uint64_t at, uint64_t size, const char *name, const void *bytes) {
  struct iovec all = {(void *)bytes, size};
  struct head head = {.kind = kind, .ino = ino, .at = at, .size = size, .byte_size = bytes == NULL ? 0 : size};
  record_parts(head, name, NULL, &all, bytes == NULL ? 0 : 1);
}

void record_names(int kind, uint64_t from, uint64_t to, const char *from_name, const char *to_name) {
  struct head head = {.kind = kind, .ino = from, .at = to};
  record_parts(head, from_name, to_name, NULL, 0);
}

void record_vector(uint64_t ino, uint64_t at, const struct iovec *parts, int count, uint64_t size) {
  struct head head = {.kind = REC_WRITE, .ino = ino, .at = at, .size = size, .byte_size = size};
  record_parts(head, NULL, NULL, parts, count);
}

uint64_t begin_sync(uint64_t ino) {
  begin_change();
  uint64_t sync = ++syncs;
  record(REC_SYNC_BEGIN, ino, sync, 0, NULL, NULL);
  end_change();
  return sync;
}

void end_sync(uint64_t ino, uint64_t sync, int failed) {
  begin_change();
  record(REC_SYNC_END, ino, sync, failed ? 1 : 0, NULL, NULL);
  end_change();
}
