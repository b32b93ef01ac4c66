// Sends the requests of a plan over keep-alive connections, one after the other on each, and tells as JSON what came of it.
// Requests are taken in turn by whichever connection is free. One thread: it waits for the server, never for itself.
#define _GNU_SOURCE
#include "http.h"
#include "plan.h"
#include "report.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum reading { HEAD, SMALL_BODY, LARGE_BODY, CHUNK_LINE, CHUNK_DATA, CHUNK_END };

struct connection {
  int fd; // -1: closed
  bool waits; // for room to send
  const struct request *request; // NULL: none under way
  uint64_t since;
  int64_t sent, size, received;
  enum reading reading;
  struct head head;
  int64_t left; // of the body, or of its chunk
  size_t have;
  char buffer[HEAD_MAX + 1];
};

static struct plan plan;
static struct connection *connections;
static int events;
static int64_t next_request;
static bool is_over;

static void start(struct connection *one);

// Whether to be told when more can be sent.
static void watch(struct connection *one, bool writable) {
  if (one->waits == writable) return;
  one->waits = writable;
  struct epoll_event event = {.events = EPOLLIN | (writable ? EPOLLOUT : 0), .data.ptr = one};
  epoll_ctl(events, EPOLL_CTL_MOD, one->fd, &event);
}

static void connect_one(struct connection *one) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)plan.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  one->fd = socket(AF_INET, SOCK_STREAM, 0);
  int yes = 1, small = 16384;
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (plan.read_rate > 0) setsockopt(one->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  if (plan.send_rate > 0) setsockopt(one->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  if (connect(one->fd, (struct sockaddr *)&address, sizeof address) != 0) {
    perror("connect");
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
  epoll_ctl(events, EPOLL_CTL_ADD, one->fd, &event);
}

static void disconnect(struct connection *one) {
  close(one->fd);
  one->fd = -1;
  one->waits = false;
}

// What a connection with a rate may have moved since its request began.
static int64_t allowance(const struct connection *one, int64_t rate, int64_t moved) {
  if (rate == 0) return INT64_MAX;
  return (int64_t)((double)(now_ns() - one->since) / 1e9 * (double)rate) - moved;
}

static void broke(struct connection *one, const char *what) {
  disconnect(one);
  if (one->request == NULL) return;
  totals.under_way--;
  note_error(what, strerror(errno));
  one->request = NULL;
  if (totals.errors > 1000) is_over = true;
  start(one);
}

static void send_some(struct connection *one) {
  while (one->sent < one->size) {
    struct iovec pieces[64];
    int count = pieces_from(&plan, one->request, one->sent, pieces, 64);
    int64_t may = allowance(one, plan.send_rate, one->sent);
    if (may <= 0) return;
    if (may < INT64_MAX) {
      count = 1;
      if ((int64_t)pieces[0].iov_len > may) pieces[0].iov_len = (size_t)may;
    }
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = (size_t)count};
    ssize_t sent = sendmsg(one->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return watch(one, plan.send_rate == 0);
    if (sent < 0) return broke(one, "sending:");
    one->sent += sent;
    totals.bytes_out += sent;
  }
  watch(one, false);
}

static void start(struct connection *one) {
  bool exhausted = plan.once && next_request >= plan.request_count;
  if (is_over || exhausted) return;
  if (one->fd < 0) connect_one(one);
  one->request = &plan.requests[next_request++ % plan.request_count];
  one->since = now_ns();
  one->sent = one->received = 0;
  one->size = wire_size(one->request);
  one->reading = HEAD;
  one->have = 0;
  totals.under_way++;
  send_some(one);
}

static void finish(struct connection *one) {
  note_done(now_ns() - one->since);
  totals.under_way--;
  one->buffer[one->have] = 0;
  bool lacks = one->reading == SMALL_BODY && strstr(one->buffer, plan.expect) == NULL;
  bool wrong = one->head.status != one->request->status || lacks;
  if (wrong) {
    char status[32];
    snprintf(status, sizeof status, "answered %d:", one->head.status);
    note_error(status, one->buffer + (one->have > one->head.size ? one->head.size : 0));
  }
  bool early = one->sent < one->size;
  if (early && !wrong) note_error("answered before all was sent:", one->buffer);
  one->request = NULL;
  if (early || one->head.closes) disconnect(one);
  start(one);
}

// Takes as much of a chunked body as is in the buffer. Returns whether that was its end.
static bool take_chunks(struct connection *one, size_t *at) {
  while (*at < one->have) {
    if (one->reading == CHUNK_DATA) {
      int64_t some = (int64_t)(one->have - *at) < one->left ? (int64_t)(one->have - *at) : one->left;
      *at += (size_t)some;
      if ((one->left -= some) == 0) one->reading = CHUNK_LINE;
      continue;
    }
    one->buffer[one->have] = 0;
    char *end = strstr(one->buffer + *at, "\r\n");
    if (end == NULL) return false;
    int64_t size = strtoll(one->buffer + *at, NULL, 16);
    if (one->reading == CHUNK_END) return true;
    *at = (size_t)(end - one->buffer) + 2;
    one->left = size + 2;
    one->reading = size == 0 ? CHUNK_END : CHUNK_DATA;
  }
  return false;
}

// Goes on with what is in the buffer. Returns whether the answer is whole.
static bool take(struct connection *one) {
  size_t at = 0;
  if (one->reading == HEAD) {
    one->buffer[one->have] = 0;
    one->head = parse_head(one->buffer);
    if (one->head.size == 0) return false;
    if (one->head.status < 200) {
      one->have -= one->head.size;
      memmove(one->buffer, one->buffer + one->head.size, one->have);
      return one->have > 0 && take(one);
    }
    if (!one->head.chunked) {
      int64_t whole = (int64_t)one->head.size + one->head.length;
      one->reading = whole <= HEAD_MAX ? SMALL_BODY : LARGE_BODY;
      one->left = whole - (int64_t)one->have;
      return one->left <= 0;
    }
    one->reading = CHUNK_LINE;
    at = one->head.size;
  }
  if (take_chunks(one, &at)) return true;
  memmove(one->buffer, one->buffer + at, one->have -= at);
  return false;
}

static void receive_some(struct connection *one) {
  int64_t may = allowance(one, plan.read_rate, one->received);
  if (one->fd < 0 || may <= 0) return;
  bool drops = one->reading == LARGE_BODY;
  int64_t room = drops ? 1 << 20 : (int64_t)(HEAD_MAX - one->have);
  if (drops && one->left < room) room = one->left;
  if (room > may) room = may;
  // The body of a large answer is dropped in the kernel: it is not looked at, and not copied.
  ssize_t some = recv(one->fd, drops ? NULL : one->buffer + one->have, (size_t)room, MSG_DONTWAIT | (drops ? MSG_TRUNC : 0));
  if (some < 0 && errno == EAGAIN) return;
  if (some <= 0) return broke(one, some == 0 ? "closed:" : "receiving:");
  if (one->request == NULL) return note_error("answered without a question:", one->buffer);
  totals.bytes_in += some;
  one->received += some;
  if (!drops) one->have += (size_t)some;
  bool whole = one->reading == SMALL_BODY || drops ? (one->left -= some) <= 0 : take(one);
  if (whole) finish(one);
}

static void run(uint64_t from) {
  struct epoll_event found[256];
  uint64_t until = from + (uint64_t)(plan.seconds * 1e9);
  uint64_t last = until + (uint64_t)(plan.grace_seconds * 1e9);
  bool slow = plan.send_rate > 0 || plan.read_rate > 0;
  while (totals.under_way > 0 && now_ns() < last) {
    int count = epoll_wait(events, found, 256, slow ? 50 : 200);
    if (now_ns() >= until) is_over = true;
    for (int at = 0; at < count && !slow; at++) {
      struct connection *one = found[at].data.ptr;
      if (found[at].events & EPOLLOUT) send_some(one);
      if (one->fd >= 0 && found[at].events & ~EPOLLOUT) receive_some(one);
    }
    for (int at = 0; at < plan.connections && slow; at++) {
      if (connections[at].request != NULL) send_some(&connections[at]);
      if (connections[at].request != NULL) receive_some(&connections[at]);
    }
    if (slow) usleep(50000);
  }
}

int main(int count, char **arguments) {
  if (count != 2) return fprintf(stderr, "load PLAN\n"), 2;
  plan = read_plan(arguments[1]);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  events = epoll_create1(0);
  connections = calloc((size_t)plan.connections, sizeof *connections);
  for (int at = 0; at < plan.connections; at++) {
    connections[at].fd = -1;
    connect_one(&connections[at]);
  }
  uint64_t from = now_ns();
  for (int at = 0; at < plan.connections; at++) start(&connections[at]);
  run(from);
  print_report((double)(now_ns() - from) / 1e9);
  return 0;
}
