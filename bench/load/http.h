// What the load generator and the sink read of HTTP/1.1: heads, and the length of what follows.
#ifndef STOWAGE_BENCH_HTTP
#define STOWAGE_BENCH_HTTP
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEAD_MAX 65536

struct head {
  size_t size;      // bytes up to and with the empty line; 0: not all of it is here
  int status;       // of an answer; 0 for a request
  int64_t length;   // of the body; 0 where none is told
  bool chunked;
  bool closes;      // the connection ends with this message
};

// `text` ends with a zero behind its `have` bytes.
static inline struct head parse_head(const char *text) {
  struct head head = {0};
  const char *end = strstr(text, "\r\n\r\n");
  if (end == NULL) return head;
  head.size = (size_t)(end - text) + 4;
  if (strncmp(text, "HTTP/", 5) == 0) head.status = atoi(text + 9);
  for (const char *line = strstr(text, "\r\n"); line != NULL && line < end; line = strstr(line + 2, "\r\n")) {
    const char *field = line + 2;
    if (strncasecmp(field, "content-length:", 15) == 0) head.length = strtoll(field + 15, NULL, 10);
    if (strncasecmp(field, "transfer-encoding: chunked", 26) == 0) head.chunked = true;
    if (strncasecmp(field, "connection: close", 17) == 0) head.closes = true;
  }
  return head;
}

static inline uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}
#endif
