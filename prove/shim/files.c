/* Calls that change names and folders: each is made, and recorded where it worked, before another change is made. */
#include "shim.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ({ static __typeof__(&name) found; if (found == NULL) found = (__typeof__(&name))dlsym(RTLD_NEXT, #name); found; })

static int fails(int call, const char *path) {
  int error = fault_due(call, path, NULL);
  if (error != 0) errno = error;
  return error != 0;
}

static int opened(int dirfd, const char *path, int flags, mode_t mode, int (*call)(int, const char *, int, ...)) {
  struct place place;
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  if ((!writes && !has_faults()) || (flags & O_TMPFILE) == O_TMPFILE || !place_of(dirfd, path, &place))
    return call(dirfd, path, flags, mode);
  if (fails(writes ? CALL_CREATE : CALL_OPEN, place.path)) return -1;
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return call(dirfd, path, flags, mode);
  begin_change();
  int was_there = ino_of(dirfd, path) != 0;
  int fd = call(dirfd, path, flags, mode);
  if (fd >= 0 && !was_there) record(REC_CREATE, ino_of(dirfd, path), place.folder, 0, place.name, NULL);
  else if (fd >= 0 && (flags & O_TRUNC) != 0) record(REC_TRUNCATE, ino_of(dirfd, path), 0, 0, NULL, NULL);
  end_change();
  return fd;
}

static mode_t mode_of(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define MODE va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest)

int open(const char *path, int flags, ...) { MODE; return opened(AT_FDCWD, path, flags, mode, REAL(openat)); }
int open64(const char *path, int flags, ...) { MODE; return opened(AT_FDCWD, path, flags, mode, REAL(openat64)); }
int openat(int dirfd, const char *path, int flags, ...) { MODE; return opened(dirfd, path, flags, mode, REAL(openat)); }
int openat64(int dirfd, const char *path, int flags, ...) { MODE; return opened(dirfd, path, flags, mode, REAL(openat64)); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode, REAL(openat)); }

int mkdirat(int dirfd, const char *path, mode_t mode) {
  struct place place;
  if (!place_of(dirfd, path, &place)) return REAL(mkdirat)(dirfd, path, mode);
  if (ino_of(dirfd, path) == 0 && fails(CALL_NAME, place.path)) return -1;
  begin_change();
  int failed = REAL(mkdirat)(dirfd, path, mode);
  if (!failed) record(REC_MKDIR, ino_of(dirfd, path), place.folder, 0, place.name, NULL);
  end_change();
  return failed;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int unlinkat(int dirfd, const char *path, int flags) {
  struct place place;
  if (!place_of(dirfd, path, &place)) return REAL(unlinkat)(dirfd, path, flags);
  if (ino_of(dirfd, path) != 0 && fails(CALL_REMOVE, place.path)) return -1;
  begin_change();
  int failed = REAL(unlinkat)(dirfd, path, flags);
  int kind = (flags & AT_REMOVEDIR) != 0 ? REC_RMDIR : REC_UNLINK;
  if (!failed) record(kind, 0, place.folder, 0, place.name, NULL);
  end_change();
  return failed;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  struct stat found;
  if (fstatat(AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) != 0) return -1;
  return unlinkat(AT_FDCWD, path, S_ISDIR(found.st_mode) ? AT_REMOVEDIR : 0);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
  struct place place;
  if (!place_of(to_dir, to, &place)) return REAL(linkat)(from_dir, from, to_dir, to, flags);
  if (fails(CALL_NAME, place.path)) return -1;
  begin_change();
  int failed = REAL(linkat)(from_dir, from, to_dir, to, flags);
  if (!failed) record(REC_LINK, ino_of(to_dir, to), place.folder, 0, place.name, NULL);
  end_change();
  return failed;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlink(const char *target, const char *path) {
  struct place place;
  if (place_of(AT_FDCWD, path, &place)) record(REC_UNKNOWN, 0, 0, 0, "symlink", NULL);
  return REAL(symlink)(target, path);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
  struct place source, target;
  int leaves = place_of(from_dir, from, &source);
  int arrives = place_of(to_dir, to, &target);
  if (!leaves && !arrives) return REAL(renameat2)(from_dir, from, to_dir, to, flags);
  if (arrives && fails(CALL_NAME, target.path)) return -1;
  begin_change();
  int failed = REAL(renameat2)(from_dir, from, to_dir, to, flags);
  if (!failed && leaves && arrives && flags == 0)
    record_names(REC_RENAME, source.folder, target.folder, source.name, target.name);
  else if (!failed) record(REC_UNKNOWN, 0, 0, 0, "rename across the root", NULL);
  end_change();
  return failed;
}
int renameat(int from_dir, const char *from, int to_dir, const char *to) { return renameat2(from_dir, from, to_dir, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
