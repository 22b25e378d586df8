// Many SNMP agents in one process, for measuring clients: one socket on the loopback device answers for every address
// of 127.0.0.0/8. SNMPv2c with any community; SNMPv3 for user "monitor", SHA-256 "authpass12", AES-128 "privpass12".
// Each address is a device of its own: engine id, sysName and counters follow from it. GET, GETNEXT and GETBULK over
// sysUpTime, sysName and six columns of ten interfaces.
//
//   snmp-emulator PORT [SILENT]      SILENT per cent of the devices never answer, spread evenly (see is_silent).
//
// Needs CAP_NET_RAW (SO_BINDTODEVICE) and ends with its standard input.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, IN_SIZE = 4096, OUT_SIZE = 16384, MAX_OID = 16, INTERFACES = 10, MAX_ASKED = 64 };

// --- Reading: a span that shrinks; a bad span is empty and marked. ---

typedef struct { const uint8_t *p, *end; int bad; } span;

static span take(span *s, int tag) {
    span none = {s->p, s->p, 1};
    if (s->bad || s->end - s->p < 2 || (tag >= 0 && *s->p != tag)) { s->bad = 1; return none; }
    const uint8_t *p = s->p + 1;
    size_t length = *p++;
    if (length & 0x80) {
        int octets = length & 0x7f;
        if (octets < 1 || octets > 3 || s->end - p < octets) { s->bad = 1; return none; }
        for (length = 0; octets--;) length = length << 8 | *p++;
    }
    if ((size_t)(s->end - p) < length) { s->bad = 1; return none; }
    s->p = p + length;
    return (span){p, p + length, 0};
}

static int64_t number(span v) {
    int64_t n = v.p < v.end ? (int8_t)*v.p++ : 0;
    while (v.p < v.end) n = (int64_t)((uint64_t)n << 8) | *v.p++;
    return n;
}

typedef struct { uint32_t part[MAX_OID]; int count; } name;

static name read_name(span v) {
    name n = {.count = 0};
    if (v.p < v.end) { n.part[0] = *v.p / 40; n.part[1] = *v.p++ % 40; n.count = 2; }
    while (v.p < v.end && n.count < MAX_OID) {
        uint32_t part = 0;
        do part = part << 7 | (*v.p & 0x7f); while (*v.p++ & 0x80 && v.p < v.end);
        n.part[n.count++] = part;
    }
    return n;
}

static int compare(const name *a, const name *b) {
    for (int i = 0; i < a->count && i < b->count; i++)
        if (a->part[i] != b->part[i]) return a->part[i] < b->part[i] ? -1 : 1;
    return a->count - b->count;
}

// --- Writing: from the end of a buffer towards its start. ---

typedef struct { uint8_t *p, *end; } sink;

static void put(sink *w, const void *bytes, size_t n) { w->p -= n; memcpy(w->p, bytes, n); }

static void head(sink *w, int tag, const uint8_t *behind) {
    size_t n = (size_t)(behind - w->p);
    int long_form = n > 127, octets = 0;
    do { *--w->p = (uint8_t)n; n >>= 8; octets++; } while (n);
    if (long_form) *--w->p = (uint8_t)(0x80 | octets);
    *--w->p = (uint8_t)tag;
}

static void put_text(sink *w, int tag, const void *bytes, size_t n) {
    uint8_t *behind = w->p;
    put(w, bytes, n);
    head(w, tag, behind);
}

static void put_number(sink *w, int tag, uint64_t n) {
    uint8_t *behind = w->p;
    do { *--w->p = (uint8_t)n; n >>= 8; } while (n);
    if (*w->p & 0x80) *--w->p = 0;
    head(w, tag, behind);
}

static void put_name(sink *w, const name *n) {
    uint8_t *behind = w->p;
    for (int i = n->count - 1; i >= 2; i--) {
        uint32_t part = n->part[i];
        *--w->p = part & 0x7f;
        while (part >>= 7) *--w->p = (uint8_t)(part | 0x80);
    }
    *--w->p = (uint8_t)(n->part[0] * 40 + n->part[1]);
    head(w, 6, behind);
}

// --- The objects of every device, in order. ---

typedef struct { name name; int column, interface; uint8_t encoded[32]; size_t encoded_length; } object;

static object objects[2 + 6 * INTERFACES];
static int object_count;

static void add(int column, int interface, name n) {
    object *o = &objects[object_count++];
    *o = (object){.name = n, .column = column, .interface = interface};
    sink w = {o->encoded + sizeof o->encoded, o->encoded + sizeof o->encoded};
    put_name(&w, &n);
    o->encoded_length = (size_t)(w.end - w.p);
    memmove(o->encoded, w.p, o->encoded_length);
}

static void build_objects(void) {
    add(-1, 0, (name){{1, 3, 6, 1, 2, 1, 1, 3, 0}, 9});
    add(-2, 0, (name){{1, 3, 6, 1, 2, 1, 1, 5, 0}, 9});
    const uint32_t low[] = {8, 13, 14, 20}, high[] = {6, 10};
    for (int c = 0; c < 4; c++)
        for (uint32_t i = 1; i <= INTERFACES; i++) add((int)low[c], (int)i, (name){{1, 3, 6, 1, 2, 1, 2, 2, 1, low[c], i}, 11});
    for (int c = 0; c < 2; c++)
        for (uint32_t i = 1; i <= INTERFACES; i++)
            add((int)(100 + high[c]), (int)i, (name){{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, high[c], i}, 12});
}

static uint64_t centiseconds;

static void put_object(sink *w, int index, uint32_t device) {
    const object *o = &objects[index];
    uint8_t *behind = w->p;
    char text[32];
    switch (o->column) {
    case -1: put_number(w, 0x43, (uint32_t)centiseconds); break;
    case -2: put_text(w, 4, text, (size_t)snprintf(text, sizeof text, "device-%u", device & 0xffffff)); break;
    case 8: put_number(w, 2, 1); break;
    case 106: case 110: put_number(w, 0x46, centiseconds * 123456 * (unsigned)o->interface + ((uint64_t)device << 20)); break;
    default: put_number(w, 0x41, (uint32_t)(centiseconds * (unsigned)o->interface)); break;
    }
    put(w, o->encoded, o->encoded_length);
    head(w, 0x30, behind);
}

/// Writes the answer to the request PDU at the front of `in`. 1 when there is one.
static int answer(sink *w, span in, uint32_t device) {
    int tag = in.p < in.end ? *in.p : 0;
    span pdu = take(&in, -1), id = take(&pdu, 2), first = take(&pdu, 2), second = take(&pdu, 2), list = take(&pdu, 0x30);
    if (pdu.bad || (tag != 0xa0 && tag != 0xa1 && tag != 0xa5)) return 0;
    name asked[MAX_ASKED];
    int next[MAX_ASKED], count = 0;
    while (list.p < list.end && count < MAX_ASKED) {
        span pair = take(&list, 0x30), n = take(&pair, 6);
        if (list.bad || pair.bad) return 0;
        asked[count] = read_name(n);
        int low = 0, high = object_count;
        while (low < high) {
            int middle = (low + high) / 2, order = compare(&objects[middle].name, &asked[count]);
            if (order < 0 || (order == 0 && tag != 0xa0)) low = middle + 1; else high = middle;
        }
        if (tag == 0xa0 && (low == object_count || compare(&objects[low].name, &asked[count]))) low = object_count;
        next[count++] = low;
    }
    int once = tag == 0xa5 ? (int)number(first) : count, rows = tag == 0xa5 ? (int)number(second) : 0;
    if (once < 0 || once > count) once = count;
    if (rows < 0 || rows > 50) rows = 50;
    uint8_t *behind = w->p;
    for (int row = rows - 1; row >= -1; row--)
        for (int i = (row < 0 ? once : count) - 1; i >= (row < 0 ? 0 : once); i--) {
            if (w->p - (w->end - OUT_SIZE) < 512) return 0;
            int index = next[i] + (row > 0 ? row : 0);
            if (index < object_count) { put_object(w, index, device); continue; }
            uint8_t *pair = w->p;
            *--w->p = 0;
            *--w->p = tag == 0xa0 ? 0x81 : 0x82;
            put_name(w, &asked[i]);
            head(w, 0x30, pair);
        }
    head(w, 0x30, behind);
    put_number(w, 2, 0);
    put_number(w, 2, 0);
    put_text(w, 2, id.p, (size_t)(id.end - id.p));
    head(w, 0xa2, behind);
    return 1;
}

// --- SNMPv3 ---

static uint8_t auth_base[32], priv_base[32];
static EVP_CIPHER *aes;
static EVP_CIPHER_CTX *cipher;
static uint64_t salt = 1;

static void hash_phrase(const char *phrase, uint8_t out[32]) {
    size_t length = strlen(phrase), total = 1 << 20;
    uint8_t *block = malloc(total);
    if (!block) exit(1);
    for (size_t i = 0; i < total; i++) block[i] = (uint8_t)phrase[i % length];
    EVP_Digest(block, total, out, NULL, EVP_sha256(), NULL);
    free(block);
}

static void localise(const uint8_t base[32], const uint8_t *engine, size_t n, uint8_t out[32]) {
    uint8_t block[64 + 32];
    memcpy(block, base, 32);
    memcpy(block + 32, engine, n);
    memcpy(block + 32 + n, base, 32);
    EVP_Digest(block, 64 + n, out, NULL, EVP_sha256(), NULL);
}

static void run_cipher(int encrypt, const uint8_t *key, uint32_t boots, uint32_t when, const uint8_t *salt8, const uint8_t *in,
                  int n, uint8_t *out) {
    uint8_t iv[16];
    uint32_t clock[2] = {htonl(boots), htonl(when)};
    memcpy(iv, clock, 8);
    memcpy(iv + 8, salt8, 8);
    int written;
    EVP_CipherInit_ex(cipher, aes, NULL, key, iv, encrypt);
    EVP_CipherUpdate(cipher, out, &written, in, n);
}

/// `message` is the whole datagram, `in` what stands behind the version.
static int answer_v3(sink *w, span in, uint8_t *message, size_t length, uint32_t device) {
    span global = take(&in, 0x30), id = take(&global, 2);
    span security = take(&in, 4), fields = take(&security, 0x30);
    span engine = take(&fields, 4), boots = take(&fields, 2), when = take(&fields, 2), user = take(&fields, 4);
    span mac = take(&fields, 4), salts = take(&fields, 4);
    if (in.bad || global.bad || fields.bad) return 0;
    uint8_t own[9] = {0x80, 0, 0x1f, 0x88, 1, 127, (uint8_t)(device >> 16), (uint8_t)(device >> 8), (uint8_t)device};
    const uint32_t our_boots = 3, our_time = (uint32_t)(centiseconds / 100 & 0xffffff);
    int known = engine.end - engine.p == 9 && !memcmp(engine.p, own, 9);
    uint8_t auth_key[32], priv_key[32], plain[IN_SIZE], digest[32], out_salt[8] = {0};
    unsigned digest_length;
    uint8_t *behind = w->p;
    if (known) {
        localise(auth_base, own, 9, auth_key);
        localise(priv_base, own, 9, priv_key);
        if (mac.end - mac.p != 24 || salts.end - salts.p != 8 || user.end - user.p != 7) return 0;
        uint8_t theirs[24];
        memcpy(theirs, mac.p, 24);
        memset(message + (mac.p - message), 0, 24);
        HMAC(EVP_sha256(), auth_key, 32, message, length, digest, &digest_length);
        span sealed = take(&in, 4);
        if (in.bad || memcmp(theirs, digest, 24) || sealed.end - sealed.p > IN_SIZE) return 0;
        run_cipher(0, priv_key, (uint32_t)number(boots), (uint32_t)number(when), salts.p, sealed.p, (int)(sealed.end - sealed.p), plain);
        span scoped = {plain, plain + (sealed.end - sealed.p), 0}, content = take(&scoped, 0x30);
        take(&content, 4);
        take(&content, 4);
        if (content.bad || !answer(w, content, device)) return 0;
    } else {
        name counter = {{1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0}, 11};
        put_number(w, 0x41, 1);
        put_name(w, &counter);
        head(w, 0x30, behind);
        head(w, 0x30, behind);
        put_number(w, 2, 0);
        put_number(w, 2, 0);
        put_number(w, 2, 0);
        head(w, 0xa8, behind);
    }
    put_text(w, 4, "", 0);
    put_text(w, 4, own, 9);
    head(w, 0x30, behind);
    if (known) {
        salt++;
        memcpy(out_salt, &salt, 8);
        uint8_t sealed[OUT_SIZE];
        int n = (int)(behind - w->p);
        run_cipher(1, priv_key, our_boots, our_time, out_salt, w->p, n, sealed);
        memcpy(w->p, sealed, (size_t)n);
        head(w, 4, behind);
    }
    uint8_t *parameters = w->p, zero[24] = {0};
    put_text(w, 4, out_salt, known ? 8 : 0);
    put_text(w, 4, zero, known ? 24 : 0);
    uint8_t *mac_place = w->p + 2;
    put_text(w, 4, "monitor", known ? 7 : 0);
    put_number(w, 2, our_time);
    put_number(w, 2, our_boots);
    put_text(w, 4, own, 9);
    head(w, 0x30, parameters);
    head(w, 4, parameters);
    uint8_t *globals = w->p, flags = known ? 3 : 0;
    put_number(w, 2, 3);
    put_text(w, 4, &flags, 1);
    put_number(w, 2, 65507);
    put_text(w, 2, id.p, (size_t)(id.end - id.p));
    head(w, 0x30, globals);
    put_number(w, 2, 3);
    head(w, 0x30, behind);
    if (known) {
        HMAC(EVP_sha256(), auth_key, 32, w->p, (size_t)(behind - w->p), digest, &digest_length);
        memcpy(mac_place, digest, 24);
    }
    return 1;
}

static uint32_t silent_percent;

/// Device n is 127.1.(n / 250).(n % 250 + 1); of each hundred in a row, exactly SILENT are silent.
static int is_silent(uint32_t device) {
    uint32_t n = (device >> 8 & 0xff) * 250 + (device & 0xff) - 1;
    return n * 37 % 100 < silent_percent;
}

static int answer_datagram(sink *w, uint8_t *bytes, size_t length, uint32_t device) {
    span all = {bytes, bytes + length, 0}, message = take(&all, 0x30), version = take(&message, 2);
    if (message.bad) return 0;
    if (number(version) == 3) return answer_v3(w, message, bytes, length, device);
    span community = take(&message, 4);
    uint8_t *behind = w->p;
    if (message.bad || !answer(w, message, device)) return 0;
    put_text(w, 4, community.p, (size_t)(community.end - community.p));
    put_number(w, 2, 1);
    head(w, 0x30, behind);
    return 1;
}

// --- The socket ---

static uint8_t in[BATCH][IN_SIZE], out[BATCH][OUT_SIZE];
static union { char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))]; struct cmsghdr align; } in_control[BATCH], out_control[BATCH];

static int open_socket(int port) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, buffer = 32 << 20;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    // Bound to every address, but reachable through the loopback device only.
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0 || bind(fd, (void *)&address, sizeof address) < 0) {
        perror("snmp-emulator");
        exit(1);
    }
    return fd;
}

static void serve_batch(int fd) {
    struct sockaddr_in from[BATCH];
    struct iovec iv[BATCH], ov[BATCH];
    struct mmsghdr mi[BATCH], mo[BATCH];
    for (int i = 0; i < BATCH; i++) {
        iv[i] = (struct iovec){in[i], IN_SIZE};
        mi[i].msg_hdr = (struct msghdr){&from[i], sizeof from[i], &iv[i], 1, &in_control[i], sizeof in_control[i], 0};
    }
    int got = recvmmsg(fd, mi, BATCH, MSG_DONTWAIT, NULL), ready = 0;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    centiseconds = (uint64_t)now.tv_sec % 10000000 * 100 + (uint64_t)now.tv_nsec / 10000000;
    for (int i = 0; i < got; i++) {
        uint32_t device = 0;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&mi[i].msg_hdr); c; c = CMSG_NXTHDR(&mi[i].msg_hdr, c))
            if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
                device = ntohl(((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr.s_addr);
        sink w = {out[ready] + OUT_SIZE, out[ready] + OUT_SIZE};
        if (is_silent(device)) continue;
        if (!answer_datagram(&w, in[i], mi[i].msg_len, device)) continue;
        ov[ready] = (struct iovec){w.p, (size_t)(w.end - w.p)};
        mo[ready].msg_hdr = (struct msghdr){&from[i], sizeof from[i], &ov[ready], 1, &out_control[ready], sizeof out_control[ready], 0};
        struct cmsghdr *c = CMSG_FIRSTHDR(&mo[ready].msg_hdr);
        *c = (struct cmsghdr){CMSG_LEN(sizeof(struct in_pktinfo)), IPPROTO_IP, IP_PKTINFO};
        // The answer leaves from the address that was asked.
        *(struct in_pktinfo *)CMSG_DATA(c) = (struct in_pktinfo){.ipi_spec_dst.s_addr = htonl(device)};
        ready++;
    }
    for (int sent = 0; sent < ready;) {
        int n = sendmmsg(fd, mo + sent, (unsigned)(ready - sent), 0);
        if (n <= 0) break;
        sent += n;
    }
}

int main(int count, char **arguments) {
    if (count != 2 && count != 3) { fprintf(stderr, "usage: snmp-emulator PORT [SILENT_PERCENT]\n"); return 64; }
    if (count == 3) silent_percent = (uint32_t)atoi(arguments[2]);
    build_objects();
    hash_phrase("authpass12", auth_base);
    hash_phrase("privpass12", priv_base);
    aes = EVP_CIPHER_fetch(NULL, "AES-128-CFB", NULL);
    cipher = EVP_CIPHER_CTX_new();
    int fd = open_socket(atoi(arguments[1]));
    puts("ready");
    fflush(stdout);
    struct pollfd wait[] = {{fd, POLLIN, 0}, {0, POLLIN, 0}};
    char byte;
    while (poll(wait, 2, -1) >= 0) {
        if (wait[0].revents) serve_batch(fd);
        if (wait[1].revents && read(0, &byte, 1) <= 0) break;
    }
    return 0;
}
