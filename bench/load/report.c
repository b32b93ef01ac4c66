#include "report.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct totals totals;
static uint32_t *latencies_us;
static int64_t room;

void note_done(uint64_t took_ns) {
  if (totals.done == room) latencies_us = realloc(latencies_us, (size_t)(room = room * 2 + 65536) * sizeof *latencies_us);
  latencies_us[totals.done++] = (uint32_t)(took_ns / 1000);
}

void note_error(const char *what, const char *more) {
  totals.errors++;
  if (totals.first_error[0] == 0) snprintf(totals.first_error, sizeof totals.first_error, "%s %.500s", what, more);
}

static int by_size(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return left < right ? -1 : left > right;
}

static uint32_t quantile(double part) {
  return totals.done == 0 ? 0 : latencies_us[(int64_t)((double)(totals.done - 1) * part)];
}

static double own_cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void print_report(double seconds) {
  qsort(latencies_us, (size_t)totals.done, sizeof *latencies_us, by_size);
  printf("{\"seconds\":%.6f,\"requests\":%ld,\"errors\":%ld,\"underWay\":%ld,", seconds, totals.done, totals.errors, totals.under_way);
  printf("\"bytesOut\":%ld,\"bytesIn\":%ld,\"cpuSeconds\":%.4f,", totals.bytes_out, totals.bytes_in, own_cpu_seconds());
  printf("\"p50Us\":%u,\"p99Us\":%u,\"leastUs\":%u,\"mostUs\":%u,\"firstError\":\"", quantile(0.5), quantile(0.99), quantile(0), quantile(1));
  for (const char *at = totals.first_error; *at != 0; at++) {
    printf(*at < 32 || *at == '"' || *at == '\\' ? "\\u%04x" : "%c", (unsigned char)*at);
  }
  printf("\"}\n");
}
