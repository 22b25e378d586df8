#include <libssh/libssh.h>
#include <libssh/callbacks.h>
// Swift's Glibc module leaves these out.
#include <sys/epoll.h>
#include <sys/pidfd.h>
