// Answers every request at once: takes bodies of a told length and drops them; `GET /N` gets N bytes. What the generator reaches against it is
// the generator's own limit.
#define _GNU_SOURCE
#include "http.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE (1 << 20)

struct connection {
  int fd;
  int64_t in, out; // of the body that comes, and of the one that goes
  size_t have;
  char buffer[HEAD_MAX + 1];
};

static char bytes[PIECE];
static int events;

static void watch(struct connection *one, int operation, uint32_t what) {
  struct epoll_event event = {.events = what, .data.ptr = one};
  epoll_ctl(events, operation, one->fd, &event);
}

static void send_some(struct connection *one) {
  while (one->out > 0) {
    ssize_t sent = send(one->fd, bytes, (size_t)(one->out < PIECE ? one->out : PIECE), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) return watch(one, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    one->out -= sent;
  }
  watch(one, EPOLL_CTL_MOD, EPOLLIN);
}

static void answer(struct connection *one) {
  char head[128];
  int size = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", one->out);
  if (send(one->fd, head, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL) > 0 && one->out > 0) send_some(one);
}

static void end(struct connection *one) {
  close(one->fd);
  free(one);
}

static void receive_some(struct connection *one) {
  char *into = one->in > 0 ? NULL : one->buffer + one->have;
  size_t room = one->in > 0 ? (size_t)(one->in < PIECE ? one->in : PIECE) : HEAD_MAX - one->have;
  ssize_t some = recv(one->fd, into, room, MSG_DONTWAIT | (one->in > 0 ? MSG_TRUNC : 0));
  if (some < 0 && errno == EAGAIN) return;
  if (some <= 0) return end(one);
  if (one->in > 0) {
    if ((one->in -= some) == 0) answer(one);
    return;
  }
  one->have += (size_t)some;
  one->buffer[one->have] = 0;
  struct head head = parse_head(one->buffer);
  if (head.size == 0) return;
  one->in = head.length - (int64_t)(one->have - head.size);
  one->out = strncmp(one->buffer, "GET /", 5) == 0 ? atoll(one->buffer + 5) : 0;
  one->have = 0;
  if (one->in <= 0) answer(one);
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0) return perror("listen"), 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  events = epoll_create1(0);
  struct epoll_event arrival = {.events = EPOLLIN}, found[256];
  epoll_ctl(events, EPOLL_CTL_ADD, listener, &arrival);
  for (;;) {
    int count = epoll_wait(events, found, 256, -1);
    for (int at = 0; at < count; at++) {
      struct connection *one = found[at].data.ptr;
      if (one != NULL) {
        if (found[at].events & EPOLLOUT) send_some(one);
        if (found[at].events & EPOLLIN) receive_some(one);
        continue;
      }
      one = calloc(1, sizeof *one);
      one->fd = accept(listener, NULL, NULL);
      setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      watch(one, EPOLL_CTL_ADD, EPOLLIN);
    }
  }
}
