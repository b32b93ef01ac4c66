// What came of the requests, told as one line of JSON.
#ifndef STOWAGE_BENCH_REPORT
#define STOWAGE_BENCH_REPORT
#include <stdint.h>

struct totals {
  int64_t done, errors, under_way, bytes_in, bytes_out;
  char first_error[600];
};

extern struct totals totals;

void note_done(uint64_t took_ns);
void note_error(const char *what, const char *more);
void print_report(double seconds);
#endif
