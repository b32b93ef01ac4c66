/* Shared by the files of the shim, which stands between a program and the C library (LD_PRELOAD). */
#ifndef SHIM_H
#define SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The kinds of calls that faults are played on: bits of a rule's mask. */
enum {
  CALL_OPEN = 1,    /* open to read */
  CALL_CREATE = 2,  /* open to write, whether or not the file is there */
  CALL_READ = 4,
  CALL_WRITE = 8,
  CALL_SYNC = 16,
  CALL_REMOVE = 32, /* unlink, rmdir */
  CALL_NAME = 64,   /* link, rename, mkdir */
  CALL_RESIZE = 128,
  CALL_ACCEPT = 256,
};

/* The kinds of records, as record.ts reads them. */
enum {
  REC_CREATE = 1,
  REC_WRITE = 2,
  REC_TRUNCATE = 3,
  REC_ALLOCATE = 4,
  REC_LINK = 5,
  REC_UNLINK = 6,
  REC_RENAME = 7,
  REC_MKDIR = 8,
  REC_RMDIR = 9,
  REC_SYNC_BEGIN = 10,
  REC_SYNC_END = 11,
  REC_UNKNOWN = 13,
};

/* A name in a folder below the root. */
struct place {
  uint64_t folder;
  char path[PATH_MAX];
  const char *name;
};

/* An open file or folder below the root. */
struct opened {
  uint64_t ino;
  int is_synced; /* opened with O_SYNC or O_DSYNC */
  char path[PATH_MAX];
};

/* places.c: all return 1 where what is named lies below the root and counts. */
int is_watching(void);
int place_of(int dirfd, const char *path, struct place *out);
int opened_of(int fd, struct opened *out);
uint64_t ino_of(int dirfd, const char *path);

/* record.c: between begin_change and end_change no other change is made or recorded. */
void begin_change(void);
void end_change(void);
void record(int kind, uint64_t ino, uint64_t at, uint64_t size, const char *name, const void *bytes);
void record_names(int kind, uint64_t from, uint64_t to, const char *from_name, const char *to_name);
void record_vector(uint64_t ino, uint64_t at, const struct iovec *parts, int count, uint64_t size);
uint64_t begin_sync(uint64_t ino);
void end_sync(uint64_t ino, uint64_t sync, int failed);

/* faults.c: the error to play, or 0. `size`, where given, is what a short write or read may still do. */
int fault_due(int call, const char *path, size_t *size);
int has_faults(void);

#endif
