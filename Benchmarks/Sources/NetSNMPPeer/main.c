// The peer of snmp-bench: net-snmp's single-session API, one session per device, asked asynchronously over epoll.
//
//   netsnmp-peer v2c|v3 PORT DEVICES CYCLES      prints: CPU nanoseconds of each cycle (user + system), one per line
//
// Sessions are opened (and SNMPv3 engines discovered) before the clock starts; Ku is derived once, not per session, so
// that only what a poller repeats is measured. A cycle that misses a binding ends the program with status 1.
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { WINDOW = 200, BINDINGS = 62, COLUMNS = 8, READY = 64 };

typedef struct { void *session; int fd; } device;

static long complete, answered, failed, in_flight;

static int on_answer(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu, void *context) {
    (void)session; (void)id; (void)context;
    int bindings = 0;
    if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu->command == SNMP_MSG_RESPONSE)
        for (netsnmp_variable_list *v = pdu->variables; v; v = v->next_variable) bindings++;
    else if (operation == NETSNMP_CALLBACK_OP_RESEND) return 1;
    if (bindings == BINDINGS) complete++; else failed++;
    answered++;
    in_flight--;
    return 1;
}

static const struct { oid name[12]; size_t length; } columns[COLUMNS] = {
    {{1, 3, 6, 1, 2, 1, 1, 3}, 8}, {{1, 3, 6, 1, 2, 1, 1, 5}, 8}, {{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6}, 11},
    {{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10}, 11}, {{1, 3, 6, 1, 2, 1, 2, 2, 1, 8}, 10},
    {{1, 3, 6, 1, 2, 1, 2, 2, 1, 14}, 10}, {{1, 3, 6, 1, 2, 1, 2, 2, 1, 20}, 10}, {{1, 3, 6, 1, 2, 1, 2, 2, 1, 13}, 10},
};

static int ask(device *d) {
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
    if (!pdu) return 0;
    pdu->non_repeaters = 2;
    pdu->max_repetitions = 10;
    for (int i = 0; i < COLUMNS; i++) snmp_add_null_var(pdu, columns[i].name, columns[i].length);
    if (!snmp_sess_async_send(d->session, pdu, on_answer, NULL)) { snmp_free_pdu(pdu); return 0; }
    in_flight++;
    return 1;
}

static int secure(netsnmp_session *s) {
    static u_char auth[USM_AUTH_KU_LEN], priv[USM_PRIV_KU_LEN];
    static size_t auth_length, priv_length;
    s->version = SNMP_VERSION_3;
    s->securityName = (char *)"monitor";
    s->securityNameLen = 7;
    s->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    s->securityAuthProto = usmHMAC192SHA256AuthProtocol;
    s->securityAuthProtoLen = OID_LENGTH(usmHMAC192SHA256AuthProtocol);
    s->securityPrivProto = usmAESPrivProtocol;
    s->securityPrivProtoLen = OID_LENGTH(usmAESPrivProtocol);
    if (!auth_length) {
        auth_length = sizeof auth;
        priv_length = sizeof priv;
        if (generate_Ku(s->securityAuthProto, (u_int)s->securityAuthProtoLen, (u_char *)"authpass12", 10, auth, &auth_length)
            || generate_Ku(s->securityAuthProto, (u_int)s->securityAuthProtoLen, (u_char *)"privpass12", 10, priv, &priv_length))
            return 0;
    }
    memcpy(s->securityAuthKey, auth, auth_length);
    memcpy(s->securityPrivKey, priv, priv_length);
    s->securityAuthKeyLen = auth_length;
    s->securityPrivKeyLen = priv_length;
    return 1;
}

static int open_device(device *d, int number, int port, int is_v3) {
    netsnmp_session session;
    char peer[64];
    snmp_sess_init(&session);
    snprintf(peer, sizeof peer, "udp:127.1.%d.%d:%d", number / 250, number % 250 + 1, port);
    session.peername = peer;
    session.timeout = 3000000;
    session.retries = 1;
    session.version = SNMP_VERSION_2c;
    session.community = (u_char *)"public";
    session.community_len = 6;
    if (is_v3 && !secure(&session)) return 0;
    d->session = snmp_sess_open(&session);
    if (!d->session) { snmp_sess_perror("netsnmp-peer", &session); return 0; }
    d->fd = snmp_sess_transport(d->session)->sock;
    return 1;
}

/// One request to each device, at most WINDOW at a time; CPU nanoseconds, or -1.
static long long cycle(device *all, int count, int poller, netsnmp_large_fd_set *set) {
    struct timespec start, end;
    struct epoll_event ready[READY];
    int next = 0;
    complete = answered = failed = in_flight = 0;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    while (answered < count) {
        while (next < count && in_flight < WINDOW)
            if (!ask(&all[next++])) return -1;
        int got = epoll_wait(poller, ready, READY, 5000);
        if (got <= 0) return -1;
        for (int i = 0; i < got; i++) {
            device *d = ready[i].data.ptr;
            NETSNMP_LARGE_FD_SET(d->fd, set);
            snmp_sess_read2(d->session, set);
            NETSNMP_LARGE_FD_CLR(d->fd, set);
        }
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    if (failed || complete != count) return -1;
    return (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 5) { fprintf(stderr, "usage: netsnmp-peer v2c|v3 PORT DEVICES CYCLES\n"); return 64; }
    int is_v3 = !strcmp(arguments[1], "v3"), port = atoi(arguments[2]), devices = atoi(arguments[3]), cycles = atoi(arguments[4]);
    struct rlimit files = {0, 0};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    setenv("MIBS", "", 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
    init_snmp("netsnmp-peer");
    device *all = calloc((size_t)devices, sizeof *all);
    int poller = epoll_create1(0), highest = 0;
    if (!all || poller < 0) return 1;
    for (int i = 0; i < devices; i++) {
        if (!open_device(&all[i], i, port, is_v3)) return 1;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, all[i].fd, &event) < 0) { perror("netsnmp-peer: epoll_ctl"); return 1; }
        if (all[i].fd > highest) highest = all[i].fd;
    }
    netsnmp_large_fd_set set;
    netsnmp_large_fd_set_init(&set, highest + 1);
    NETSNMP_LARGE_FD_ZERO(&set);
    for (int i = 0; i <= cycles; i++) {
        long long spent = cycle(all, devices, poller, &set);
        if (spent < 0) { fprintf(stderr, "netsnmp-peer: cycle %d: %ld of %d devices read\n", i, complete, devices); return 1; }
        if (i > 0) printf("%lld\n", spent);
    }
    return 0;
}
