/* Which files count: those below SHIM_ROOT, but for names that end in a word of SHIM_IGNORE (words between colons). */
#include "shim.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *root;
static size_t root_length;
static const char *ignored;

__attribute__((constructor)) static void read_environment(void) {
  root = getenv("SHIM_ROOT");
  ignored = getenv("SHIM_IGNORE");
  root_length = root == NULL ? 0 : strlen(root);
}

int is_watching(void) { return root_length > 0; }

static int is_ignored(const char *path) {
  size_t length = strlen(path);
  for (const char *word = ignored; word != NULL && *word != 0;) {
    size_t size = strcspn(word, ":");
    if (size > 0 && size <= length && strncmp(path + length - size, word, size) == 0) return 1;
    word += size + (word[size] == ':');
  }
  return 0;
}

static int is_below_root(const char *path) {
  return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0) &&
         !is_ignored(path);
}

/* The path that a descriptor was opened by; 0 where there is none. */
static ssize_t path_of_descriptor(int fd, char *out) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, out, PATH_MAX - 1);
  if (size <= 0) return 0;
  out[size] = 0;
  return size;
}

int opened_of(int fd, struct opened *out) {
  struct stat found;
  int error = errno;
  if (!is_watching() || fstat(fd, &found) != 0 || !(S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))) {
    errno = error;
    return 0;
  }
  ssize_t size = path_of_descriptor(fd, out->path);
  static const char deleted[] = " (deleted)";
  size_t tail = sizeof deleted - 1;
  if (size > (ssize_t)tail && strcmp(out->path + size - tail, deleted) == 0) out->path[size - tail] = 0;
  out->ino = found.st_ino;
  out->is_synced = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
  errno = error;
  return size > 0 && is_below_root(out->path);
}

int place_of(int dirfd, const char *path, struct place *out) {
  char whole[PATH_MAX], folder[PATH_MAX];
  struct stat found;
  int error = errno;
  if (!is_watching() || path == NULL) return 0;
  if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
  else if (dirfd == AT_FDCWD) snprintf(whole, sizeof whole, "./%s", path);
  else {
    if (path_of_descriptor(dirfd, folder) == 0) return 0;
    snprintf(whole, sizeof whole, "%.2000s/%.2000s", folder, path);
  }
  for (size_t end = strlen(whole); end > 1 && whole[end - 1] == '/'; end--) whole[end - 1] = 0;
  char *slash = strrchr(whole, '/');
  *slash = 0;
  const char *real = realpath(slash == whole ? "/" : whole, folder);
  int is_there = real != NULL && stat(folder, &found) == 0;
  errno = error;
  if (!is_there) return 0;
  snprintf(out->path, sizeof out->path, "%.2000s/%.2000s", folder, slash + 1);
  out->name = strrchr(out->path, '/') + 1;
  out->folder = found.st_ino;
  return is_below_root(out->path);
}

uint64_t ino_of(int dirfd, const char *path) {
  struct stat found;
  int error = errno;
  uint64_t ino = fstatat(dirfd, path, &found, AT_SYMLINK_NOFOLLOW) == 0 ? found.st_ino : 0;
  errno = error;
  return ino;
}
