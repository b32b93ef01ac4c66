/* Calls that read, write, resize and sync open files. */
#include "shim.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ({ static __typeof__(&name) found; if (found == NULL) found = (__typeof__(&name))dlsym(RTLD_NEXT, #name); found; })

static int fails(int call, const char *path, size_t *size) {
  int error = fault_due(call, path, size);
  if (error != 0) errno = error;
  return error != 0;
}

/* Records what a write has done, and that it is durable where the file was opened so. `at`: negative is where the file stands now. */
static void wrote(int fd, const struct opened *file, const struct iovec *parts, int count, off_t at, ssize_t done) {
  if (done <= 0) return;
  record_vector(file->ino, at >= 0 ? at : lseek(fd, 0, SEEK_CUR) - done, parts, count, done);
  if (!file->is_synced) return;
  record(REC_SYNC_BEGIN, file->ino, UINT64_MAX, 0, NULL, NULL);
  record(REC_SYNC_END, file->ino, UINT64_MAX, 0, NULL, NULL);
}

#define WRITES(RESULT, BYTES, SIZE, AT, WHOLE, SHORTENED)                      \
  struct opened file;                                                          \
  if (!opened_of(fd, &file)) return WHOLE;                                     \
  size_t size = SIZE, wanted = size;                                           \
  if (fails(CALL_WRITE, file.path, &size)) return -1;                          \
  begin_change();                                                              \
  ssize_t done = size == wanted ? WHOLE : SHORTENED;                           \
  wrote(fd, &file, BYTES, AT, done);                                           \
  end_change();                                                                \
  return done

#define ONE &(struct iovec){(void *)bytes, count}, 1
#define MANY parts, count

static size_t total(const struct iovec *parts, int count) {
  size_t size = 0;
  for (int i = 0; i < count; i++) size += parts[i].iov_len;
  return size;
}
/* A part of a vector is written as its first buffer, shortened. */
#define FIRST (void *)parts[0].iov_base, parts[0].iov_len < size ? parts[0].iov_len : size

ssize_t write(int fd, const void *bytes, size_t count) {
  WRITES(ssize_t, ONE, count, -1, REAL(write)(fd, bytes, count), REAL(write)(fd, bytes, size));
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  WRITES(ssize_t, ONE, count, at, REAL(pwrite)(fd, bytes, count, at), REAL(pwrite)(fd, bytes, size, at));
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  WRITES(ssize_t, ONE, count, at, REAL(pwrite64)(fd, bytes, count, at), REAL(pwrite64)(fd, bytes, size, at));
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  WRITES(ssize_t, MANY, total(parts, count), -1, REAL(writev)(fd, parts, count), REAL(write)(fd, FIRST));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  WRITES(ssize_t, MANY, total(parts, count), at, REAL(pwritev)(fd, parts, count, at), REAL(pwrite)(fd, FIRST, at));
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  WRITES(ssize_t, MANY, total(parts, count), at, REAL(pwritev64)(fd, parts, count, at), REAL(pwrite64)(fd, FIRST, at));
}
ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t at, int flags) {
  WRITES(ssize_t, MANY, total(parts, count), at, REAL(pwritev2)(fd, parts, count, at, flags), REAL(pwrite)(fd, FIRST, at));
}

#define READS(SIZE, WHOLE, SHORTENED)                                          \
  struct opened file;                                                          \
  if (!has_faults() || !opened_of(fd, &file)) return WHOLE;                    \
  size_t size = SIZE, wanted = size;                                           \
  if (fails(CALL_READ, file.path, &size)) return -1;                           \
  return size == wanted ? WHOLE : SHORTENED

ssize_t read(int fd, void *bytes, size_t count) { READS(count, REAL(read)(fd, bytes, count), REAL(read)(fd, bytes, size)); }
ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
  READS(count, REAL(pread)(fd, bytes, count, at), REAL(pread)(fd, bytes, size, at));
}
ssize_t pread64(int fd, void *bytes, size_t count, off64_t at) {
  READS(count, REAL(pread64)(fd, bytes, count, at), REAL(pread64)(fd, bytes, size, at));
}
ssize_t readv(int fd, const struct iovec *parts, int count) {
  READS(total(parts, count), REAL(readv)(fd, parts, count), REAL(read)(fd, FIRST));
}
ssize_t preadv(int fd, const struct iovec *parts, int count, off_t at) {
  READS(total(parts, count), REAL(preadv)(fd, parts, count, at), REAL(pread)(fd, FIRST, at));
}

/* A sync counts for what was written before it began, and from its end on. */
#define SYNCS(CALL)                                                            \
  struct opened file;                                                          \
  if (!opened_of(fd, &file)) return CALL;                                      \
  if (fails(CALL_SYNC, file.path, NULL)) return -1;                            \
  uint64_t sync = begin_sync(file.ino);                                        \
  int failed = CALL;                                                           \
  end_sync(file.ino, sync, failed);                                            \
  return failed

int fsync(int fd) { SYNCS(REAL(fsync)(fd)); }
int fdatasync(int fd) { SYNCS(REAL(fdatasync)(fd)); }

/* What these do is not known to the log: it says so, and the proof ends. */
#define UNKNOWN(WHAT) struct opened file; if (opened_of(fd, &file)) record(REC_UNKNOWN, 0, 0, 0, WHAT, NULL)

ssize_t sendfile(int fd, int from, off_t *at, size_t count) { UNKNOWN("sendfile"); return REAL(sendfile)(fd, from, at, count); }
ssize_t copy_file_range(int from, off64_t *from_at, int fd, off64_t *at, size_t count, unsigned flags) {
  UNKNOWN("copy_file_range");
  return REAL(copy_file_range)(from, from_at, fd, at, count, flags);
}
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t at) {
  if (fd >= 0 && (flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0) { UNKNOWN("a shared mapping that is written"); }
  return REAL(mmap64)(address, length, protection, flags, fd, at);
}
/* It promises nothing for a crash: the log need not have it. */
int sync_file_range(int fd, off64_t at, off64_t count, unsigned flags) { return REAL(sync_file_range)(fd, at, count, flags); }

#define RESIZES(KIND, AT, SIZE, CALL)                                          \
  struct opened file;                                                          \
  if (!opened_of(fd, &file)) return CALL;                                      \
  if (fails(CALL_RESIZE, file.path, NULL)) return -1;                          \
  begin_change();                                                              \
  int failed = CALL;                                                           \
  if (!failed) record(KIND, file.ino, AT, SIZE, NULL, NULL);                   \
  end_change();                                                                \
  return failed

int ftruncate(int fd, off_t size) { RESIZES(REC_TRUNCATE, size, 0, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { RESIZES(REC_TRUNCATE, size, 0, REAL(ftruncate64)(fd, size)); }
int fallocate(int fd, int mode, off_t at, off_t size) {
  if (mode != 0) { UNKNOWN("fallocate with a mode"); }
  RESIZES(REC_ALLOCATE, at, size, REAL(fallocate)(fd, mode, at, size));
}
int fallocate64(int fd, int mode, off64_t at, off64_t size) { return fallocate(fd, mode, at, size); }
int truncate(const char *path, off_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int failed = ftruncate(fd, size);
  close(fd);
  return failed;
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
  if (fails(CALL_ACCEPT, "", NULL)) return -1;
  return REAL(accept4)(fd, address, size, flags);
}
