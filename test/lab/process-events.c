/* Process events are told in the initial network namespace only. A keepalived of the lab runs in another one, where its track_process
 * would see no change: with this library its socket for them comes from the initial one. It is made while the program is loaded,
 * because keepalived gives up the right to do so. HALINT_LAB_NET is the path of the initial namespace. Everything else stays where it is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int events = -1;

static int new_socket(int domain, int type, int protocol) {
  static int (*next)(int, int, int);
  if (!next) next = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
  return next(domain, type, protocol);
}

__attribute__((constructor)) static void open_events(void) {
  int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const char *path = getenv("HALINT_LAB_NET");
  int initial = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (own >= 0 && initial >= 0 && setns(initial, CLONE_NEWNET) == 0) {
    events = new_socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
    if (setns(own, CLONE_NEWNET) != 0) _exit(70);
  }
  if (own >= 0) close(own);
  if (initial >= 0) close(initial);
}

int socket(int domain, int type, int protocol) {
  if (domain == AF_NETLINK && protocol == NETLINK_CONNECTOR && events >= 0) return fcntl(events, F_DUPFD_CLOEXEC, 0);
  return new_socket(domain, type, protocol);
}
