/* Plays errors by rules in a file that another process writes while this one runs: SHIM_FAULTS, in the form of rules.ts. */
#include "shim.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RULES 16

struct rule {
  int32_t is_on;
  int32_t calls;  /* a mask of CALL_… */
  int32_t error;  /* what errno becomes; 0: the call does a part of its bytes */
  int32_t after;  /* so many calls pass first; counted down */
  int32_t times;  /* so many calls fail; negative: all */
  int32_t played; /* counted up */
  char path[104]; /* a part of the path; empty: any */
};

static struct rule *rules;

__attribute__((constructor)) static void map_rules(void) {
  const char *path = getenv("SHIM_FAULTS");
  if (path == NULL) return;
  int fd = syscall(SYS_open, path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) abort();
  void *mapped = mmap(NULL, RULES * sizeof(struct rule), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (mapped == MAP_FAILED) abort();
  rules = mapped;
}

int has_faults(void) { return rules != NULL; }

static int is_due(struct rule *rule) {
  if (__sync_fetch_and_sub(&rule->after, 1) > 0) return 0;
  __sync_fetch_and_add(&rule->after, 1);
  if (rule->times >= 0 && __sync_fetch_and_sub(&rule->times, 1) <= 0) {
    __sync_fetch_and_add(&rule->times, 1);
    return 0;
  }
  __sync_fetch_and_add(&rule->played, 1);
  return 1;
}

int fault_due(int call, const char *path, size_t *size) {
  if (rules == NULL) return 0;
  for (int i = 0; i < RULES; i++) {
    struct rule *rule = &rules[i];
    if (!rule->is_on || (rule->calls & call) == 0) continue;
    if (rule->path[0] != 0 && strstr(path, rule->path) == NULL) continue;
    if (rule->error == 0 && (size == NULL || *size < 2)) continue;
    if (!is_due(rule)) continue;
    if (rule->error != 0) return rule->error;
    *size = *size / 2;
  }
  return 0;
}
