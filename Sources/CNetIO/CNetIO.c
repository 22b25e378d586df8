#define _GNU_SOURCE
#include "CNetIO.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} socket_name;

typedef union {
    char bytes[CMSG_SPACE(sizeof(uint32_t))];
    struct cmsghdr align;
} control_space;

struct cnetio_batch {
    unsigned slots;
    size_t slot_size;
    size_t stride;
    uint8_t *memory;
    struct mmsghdr *headers;
    struct iovec *vectors;
    socket_name *names;
    control_space *controls;
};

static socklen_t to_name(const cnetio_address *address, socket_name *name) {
    memset(name, 0, sizeof *name);
    if (!address->is_v6) {
        name->v4.sin_family = AF_INET;
        name->v4.sin_port = htons(address->port);
        name->v4.sin_addr.s_addr = htonl((uint32_t)address->low);
        return sizeof name->v4;
    }
    name->v6.sin6_family = AF_INET6;
    name->v6.sin6_port = htons(address->port);
    name->v6.sin6_scope_id = address->scope;
    for (int i = 0; i < 8; i++) {
        name->v6.sin6_addr.s6_addr[i] = (uint8_t)(address->high >> (56 - 8 * i));
        name->v6.sin6_addr.s6_addr[8 + i] = (uint8_t)(address->low >> (56 - 8 * i));
    }
    return sizeof name->v6;
}

static void from_name(const socket_name *name, cnetio_address *address) {
    memset(address, 0, sizeof *address);
    if (name->any.sa_family == AF_INET) {
        address->low = ntohl(name->v4.sin_addr.s_addr);
        address->port = ntohs(name->v4.sin_port);
        return;
    }
    address->is_v6 = 1;
    address->port = ntohs(name->v6.sin6_port);
    address->scope = name->v6.sin6_scope_id;
    for (int i = 0; i < 8; i++) {
        address->high = address->high << 8 | name->v6.sin6_addr.s6_addr[i];
        address->low = address->low << 8 | name->v6.sin6_addr.s6_addr[8 + i];
    }
}

cnetio_batch *cnetio_batch_new(unsigned slots, size_t slot_size, size_t stride) {
    cnetio_batch *batch = calloc(1, sizeof *batch);
    if (!batch) return NULL;
    batch->slots = slots;
    batch->slot_size = slot_size;
    batch->stride = stride;
    batch->headers = calloc(slots, sizeof *batch->headers);
    batch->vectors = calloc(slots, sizeof *batch->vectors);
    batch->names = calloc(slots, sizeof *batch->names);
    batch->controls = calloc(slots, sizeof *batch->controls);
    // Anonymous memory: a page that no datagram reached costs nothing.
    void *memory = mmap(NULL, slots * stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    batch->memory = memory == MAP_FAILED ? NULL : memory;
    if (!batch->headers || !batch->vectors || !batch->names || !batch->controls || !batch->memory) {
        cnetio_batch_free(batch);
        return NULL;
    }
    return batch;
}

void cnetio_batch_free(cnetio_batch *batch) {
    if (!batch) return;
    if (batch->memory) munmap(batch->memory, batch->slots * batch->stride);
    free(batch->headers);
    free(batch->vectors);
    free(batch->names);
    free(batch->controls);
    free(batch);
}

int cnetio_udp_open(int is_v6, int receive_buffer, int *granted) {
    int fd = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int on = 1;
    if (is_v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    // SO_RCVBUFFORCE passes net.core.rmem_max but needs CAP_NET_ADMIN.
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    // A closed port answers by ICMP; without this an unconnected socket never hears of it.
    if (is_v6) setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    else setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
    socklen_t length = sizeof *granted;
    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, granted, &length) < 0) *granted = 0;
    return fd;
}

int cnetio_bind(int fd, const cnetio_address *address) {
    socket_name name;
    socklen_t length = to_name(address, &name);
    return bind(fd, &name.any, length) < 0 ? -errno : 0;
}

int cnetio_local_address(int fd, cnetio_address *address) {
    socket_name name;
    socklen_t length = sizeof name;
    if (getsockname(fd, &name.any, &length) < 0) return -errno;
    from_name(&name, address);
    return 0;
}

int cnetio_receive(int fd, cnetio_batch *batch, cnetio_message *out, unsigned limit, uint32_t *drops) {
    unsigned count = limit < batch->slots ? limit : batch->slots;
    for (unsigned i = 0; i < count; i++) {
        batch->vectors[i] = (struct iovec){batch->memory + i * batch->stride, batch->slot_size};
        batch->headers[i].msg_hdr = (struct msghdr){
            .msg_name = &batch->names[i], .msg_namelen = sizeof batch->names[i], .msg_iov = &batch->vectors[i],
            .msg_iovlen = 1, .msg_control = &batch->controls[i], .msg_controllen = sizeof batch->controls[i]};
    }
    int received, tries = 0;
    // An ICMP error that is pending is told to whichever call comes next; the datagrams behind it are as good as ever.
    do received = recvmmsg(fd, batch->headers, count, MSG_DONTWAIT, NULL);
    while (received < 0 && errno != EAGAIN && errno != EWOULDBLOCK && ++tries < 4);
    if (received < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < received; i++) {
        struct msghdr *header = &batch->headers[i].msg_hdr;
        out[i].bytes = batch->vectors[i].iov_base;
        out[i].length = batch->headers[i].msg_len;
        out[i].truncated = (header->msg_flags & MSG_TRUNC) != 0;
        from_name(&batch->names[i], &out[i].peer);
        for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c))
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) memcpy(drops, CMSG_DATA(c), sizeof *drops);
    }
    return received;
}

int cnetio_send(int fd, cnetio_batch *batch, const cnetio_message *messages, unsigned count) {
    if (count > batch->slots) count = batch->slots;
    for (unsigned i = 0; i < count; i++) {
        socklen_t length = to_name(&messages[i].peer, &batch->names[i]);
        batch->vectors[i] = (struct iovec){messages[i].bytes, messages[i].length};
        batch->headers[i].msg_hdr = (struct msghdr){
            .msg_name = &batch->names[i], .msg_namelen = length, .msg_iov = &batch->vectors[i], .msg_iovlen = 1};
    }
    int sent = sendmmsg(fd, batch->headers, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

int cnetio_errors(int fd, cnetio_error *out, unsigned limit) {
    unsigned found = 0;
    for (unsigned i = 0; i < limit; i++) {
        socket_name name;
        memset(&name, 0, sizeof name);
        union {
            char bytes[256];
            struct cmsghdr align;
        } control;
        // The quoted message is of no use: it does not fit and is cut off.
        struct msghdr header = {.msg_name = &name, .msg_namelen = sizeof name, .msg_control = &control,
                                .msg_controllen = sizeof control};
        if (recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
            int is_v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
            int is_v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
            if (!is_v4 && !is_v6) continue;
            struct sock_extended_err error;
            memcpy(&error, CMSG_DATA(c), sizeof error);
            if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
            from_name(&name, &out[found].peer);
            out[found].code = (int32_t)error.ee_errno;
            found++;
            break;
        }
    }
    return (int)found;
}

int cnetio_wakeup_open(void) {
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void cnetio_wakeup_raise(int fd) {
    uint64_t one = 1;
    // Full means that a wake-up is already pending.
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {}
}

void cnetio_wakeup_clear(int fd) {
    uint64_t count;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR) {}
}

void cnetio_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
}
