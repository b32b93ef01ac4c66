#define _GNU_SOURCE
#include "plan.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void set(struct plan *plan, const char *key, const char *value) {
  if (strcmp(key, "port") == 0) plan->port = atoi(value);
  else if (strcmp(key, "connections") == 0) plan->connections = atoi(value);
  else if (strcmp(key, "once") == 0) plan->once = atoi(value);
  else if (strcmp(key, "seconds") == 0) plan->seconds = atof(value);
  else if (strcmp(key, "grace_seconds") == 0) plan->grace_seconds = atof(value);
  else if (strcmp(key, "send_rate") == 0) plan->send_rate = atoll(value);
  else if (strcmp(key, "read_rate") == 0) plan->read_rate = atoll(value);
  else if (strcmp(key, "filling") == 0) plan->filling_size = atoll(value);
  else if (strcmp(key, "requests") == 0) plan->request_count = atoll(value);
  else if (strcmp(key, "expect") == 0) snprintf(plan->expect, sizeof plan->expect, "%s", value);
  else fprintf(stderr, "unknown setting %s\n", key), exit(1);
}

struct plan read_plan(const char *path) {
  struct plan plan = {0};
  int file = open(path, O_RDONLY);
  struct stat info;
  if (file < 0 || fstat(file, &info) != 0) fail(path);
  char *at = mmap(NULL, (size_t)info.st_size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (at == MAP_FAILED) fail("mmap");
  while (*at != '\n') {
    char *space = strchr(at, ' '), *end = strchr(at, '\n');
    *space = *end = 0;
    set(&plan, at, space + 1);
    at = end + 1;
  }
  plan.filling = at + 1;
  at += 1 + plan.filling_size;
  plan.requests = calloc((size_t)plan.request_count, sizeof *plan.requests);
  for (int64_t number = 0; number < plan.request_count; number++) {
    struct request *request = &plan.requests[number];
    request->head_size = strtoll(at, &at, 10);
    request->fill = strtoll(at, &at, 10);
    request->chunk = strtoll(at, &at, 10);
    request->tail_size = strtoll(at, &at, 10);
    request->status = (int)strtol(at, &at, 10);
    request->head = at + 1;
    request->tail = request->head + request->head_size;
    at = (char *)request->tail + request->tail_size;
  }
  return plan;
}

static int chunk_line(const struct request *request, char *line) {
  return sprintf(line, "%llx\r\n", (long long)request->chunk);
}

int64_t wire_size(const struct request *request) {
  char line[32];
  int64_t frames = request->chunk == 0 ? 0 : request->fill / request->chunk * (chunk_line(request, line) + 2);
  return request->head_size + request->fill + frames + request->tail_size;
}

// What of `size` bytes follows the first `*at`; `*at` becomes what is to be left out of what comes next.
static int piece(struct iovec *into, const char *from, int64_t size, int64_t *at) {
  if (*at >= size) {
    *at -= size;
    return 0;
  }
  *into = (struct iovec){(char *)from + *at, (size_t)(size - *at)};
  *at = 0;
  return 1;
}

// One piece of the filling for the body's bytes from `*at` on; `left` of them are missing.
static int filling_piece(const struct plan *plan, struct iovec *into, int64_t position, int64_t left) {
  int64_t offset = position % plan->filling_size, room = plan->filling_size - offset;
  *into = (struct iovec){(char *)plan->filling + offset, (size_t)(left < room ? left : room)};
  return 1;
}

int pieces_from(const struct plan *plan, const struct request *request, int64_t at, struct iovec *pieces, int max) {
  static char line[32];
  int count = piece(&pieces[0], request->head, request->head_size, &at);
  if (request->chunk == 0) {
    while (at < request->fill && count < max - 1) {
      count += filling_piece(plan, &pieces[count], at, request->fill - at);
      at += (int64_t)pieces[count - 1].iov_len;
    }
    if (at < request->fill) return count;
    at -= request->fill;
  } else {
    int64_t line_size = chunk_line(request, line), frame = line_size + request->chunk + 2;
    int64_t chunks = request->fill / request->chunk, number = at / frame;
    at = number >= chunks ? at - chunks * frame : at % frame;
    for (; number < chunks && count < max - 4; number++) {
      const char *bytes = plan->filling + number * request->chunk % plan->filling_size;
      count += piece(&pieces[count], line, line_size, &at);
      count += piece(&pieces[count], bytes, request->chunk, &at);
      count += piece(&pieces[count], "\r\n", 2, &at);
    }
    if (number < chunks) return count;
  }
  return count + piece(&pieces[count], request->tail, request->tail_size, &at);
}
