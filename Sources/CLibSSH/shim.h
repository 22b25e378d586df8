#include <libssh/libssh.h>
#include <libssh/callbacks.h>
// Swift's Glibc module leaves these out.
#include <sys/epoll.h>
#include <sys/pidfd.h>
// pipe(2); glibc shows it only to those who ask for GNU extensions, which would change other modules' types.
int pipe2(int descriptors[2], int flags);
