// How fast does an agent answer? Sends one SNMPv2c GETBULK of 62 variable bindings (two scalars, six columns of ten rows)
// to many addresses in turn, never more than WINDOW unanswered, and counts what comes back.
//
//   snmp-flood PORT DEVICES SECONDS      prints: answers seconds
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, WINDOW = 512, SIZE = 2048 };

// request-id 1, non-repeaters 2, max-repetitions 10, community "public".
static const uint8_t question[] = {
    0x30, 0x81, 0x8f, 0x02, 0x01, 0x01, 0x04, 0x06, 'p', 'u', 'b', 'l', 'i', 'c',
    0xa5, 0x81, 0x81, 0x02, 0x01, 0x01, 0x02, 0x01, 0x02, 0x02, 0x01, 0x0a, 0x30, 0x76,
    0x30, 0x0b, 0x06, 0x07, 0x2b, 6, 1, 2, 1, 1, 3, 0x05, 0,
    0x30, 0x0b, 0x06, 0x07, 0x2b, 6, 1, 2, 1, 1, 5, 0x05, 0,
    0x30, 0x0e, 0x06, 0x0a, 0x2b, 6, 1, 2, 1, 31, 1, 1, 1, 6, 0x05, 0,
    0x30, 0x0e, 0x06, 0x0a, 0x2b, 6, 1, 2, 1, 31, 1, 1, 1, 10, 0x05, 0,
    0x30, 0x0d, 0x06, 0x09, 0x2b, 6, 1, 2, 1, 2, 2, 1, 8, 0x05, 0,
    0x30, 0x0d, 0x06, 0x09, 0x2b, 6, 1, 2, 1, 2, 2, 1, 14, 0x05, 0,
    0x30, 0x0d, 0x06, 0x09, 0x2b, 6, 1, 2, 1, 2, 2, 1, 20, 0x05, 0,
    0x30, 0x0d, 0x06, 0x09, 0x2b, 6, 1, 2, 1, 2, 2, 1, 13, 0x05, 0,
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 4) { fprintf(stderr, "usage: snmp-flood PORT DEVICES SECONDS\n"); return 64; }
    int port = atoi(arguments[1]), devices = atoi(arguments[2]), buffer = 16 << 20;
    double wanted = atof(arguments[3]);
    if (port <= 0 || devices <= 0 || wanted <= 0) return 64;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) { perror("snmp-flood"); return 1; }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    static uint8_t in[BATCH][SIZE];
    struct sockaddr_in to[BATCH];
    struct iovec iv[BATCH], ov[BATCH];
    struct mmsghdr mi[BATCH], mo[BATCH];
    memset(mi, 0, sizeof mi);
    memset(mo, 0, sizeof mo);
    for (int i = 0; i < BATCH; i++) {
        iv[i] = (struct iovec){in[i], SIZE};
        ov[i] = (struct iovec){(void *)question, sizeof question};
        mi[i].msg_hdr.msg_iov = &iv[i];
        mo[i].msg_hdr.msg_iov = &ov[i];
        mi[i].msg_hdr.msg_iovlen = mo[i].msg_hdr.msg_iovlen = 1;
        mo[i].msg_hdr.msg_name = &to[i];
        mo[i].msg_hdr.msg_namelen = sizeof to[i];
    }
    uint64_t answers = 0;
    uint32_t next = 0;
    long open = 0;
    double start = now(), end = start + wanted;
    while (now() < end) {
        while (open + BATCH <= WINDOW) {
            for (int i = 0; i < BATCH; i++, next = (next + 1) % (uint32_t)devices)
                to[i] = (struct sockaddr_in){
                    .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                    .sin_addr.s_addr = htonl(0x7f010000 | next / 250 << 8 | (next % 250 + 1))};
            int sent = sendmmsg(fd, mo, BATCH, 0);
            if (sent <= 0) { perror("snmp-flood: sendmmsg"); return 1; }
            open += sent;
        }
        struct pollfd wait = {fd, POLLIN, 0};
        // Silence means that datagrams were lost: they count as unanswered, new ones are sent.
        if (poll(&wait, 1, 200) == 0) { open = 0; continue; }
        int got = recvmmsg(fd, mi, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < got; i++) answers += mi[i].msg_len > 1000;
        if (got > 0) open -= got;
        if (open < 0) open = 0;
    }
    printf("%llu %.6f\n", (unsigned long long)answers, now() - start);
    return answers > 0 ? 0 : 1;
}
