// The plan that the bench writes: settings, the bytes that bodies are filled with, and the requests. See plan.ts.
#ifndef STOWAGE_BENCH_PLAN
#define STOWAGE_BENCH_PLAN
#include <stdint.h>
#include <stddef.h>

// A request is its head, `fill` bytes of the filling (in chunks of `chunk` bytes where that is not 0), and its tail.
struct request {
  const char *head, *tail;
  int64_t head_size, fill, chunk, tail_size;
  int status;
};

struct plan {
  int port, connections, once;
  double seconds, grace_seconds;
  int64_t send_rate, read_rate; // bytes a second and connection; 0: as fast as it goes
  char expect[128];             // each short answer has to have it; empty: none
  const char *filling;
  int64_t filling_size;
  struct request *requests;
  int64_t request_count;
};

struct plan read_plan(const char *path);

// Bytes of the whole request on the wire.
int64_t wire_size(const struct request *request);

// Up to `max` pieces of what follows the first `at` bytes. Returns how many.
struct iovec;
int pieces_from(const struct plan *plan, const struct request *request, int64_t at, struct iovec *pieces, int max);
#endif
