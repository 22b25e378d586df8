#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/mib_api.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CNetSNMP.h"
#include "Lock.h"

static int started = 0;

static void start(void) {
    if (started) return;
    started = 1;
    // Neither netsnmp_init_mib nor init_snmp: those read the environment and files in the home folder.
    netsnmp_init_mib_internals();
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_ERRORS, 0);
    netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_WARNINGS, 0);
}

// What the parser says while it reads, line by line; past the capacity nothing more is kept.
static char *said = NULL;
static size_t said_length = 0;
static const size_t said_capacity = 1 << 20;
static netsnmp_log_handler *listener = NULL;

static int listen_to(int major, int minor, void *server, void *client) {
    (void)major, (void)minor, (void)client;
    const struct snmp_log_message *message = server;
    if (!message || !message->msg || !said) return 0;
    size_t length = strlen(message->msg);
    if (length > said_capacity - said_length) return 0;
    memcpy(said + said_length, message->msg, length);
    said_length += length;
    return 0;
}

static void begin_listening(void) {
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_ERRORS, 1);
    netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_WARNINGS, 1);
    if (!said) said = malloc(said_capacity);
    if (!listener) {
        listener = netsnmp_register_loghandler(NETSNMP_LOGHANDLER_CALLBACK, LOG_DEBUG);
        snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, listen_to, NULL);
    }
    if (listener) netsnmp_enable_this_loghandler(listener);
}

static void end_listening(void) {
    if (listener) netsnmp_disable_this_loghandler(listener);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_ERRORS, 0);
    netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_WARNINGS, 0);
}

int cnetsnmp_mib_add_directory(const char *directory) {
    cnetsnmp_lock();
    start();
    begin_listening();
    int found = add_mibdir(directory);
    end_listening();
    cnetsnmp_unlock();
    return found;
}

int cnetsnmp_mib_read_module(const char *module) {
    cnetsnmp_lock();
    start();
    begin_listening();
    struct tree *head = netsnmp_read_module(module);
    end_listening();
    cnetsnmp_unlock();
    return head ? 0 : -1;
}

int cnetsnmp_mib_load(void) {
    cnetsnmp_lock();
    start();
    begin_listening();
    struct tree *head = read_all_mibs();
    end_listening();
    cnetsnmp_unlock();
    return head ? 0 : -1;
}

size_t cnetsnmp_mib_log(char *text, size_t capacity) {
    cnetsnmp_lock();
    size_t length = said_length < capacity ? said_length : capacity;
    if (said && length) memcpy(text, said, length);
    said_length = 0;
    cnetsnmp_unlock();
    return length;
}

// Puts `text` and a line end behind what stands in `out`; what does not fit is left out.
static void put(char *out, size_t capacity, size_t *used, const char *text) {
    size_t length = strlen(text);
    if (length + 1 > capacity - *used) return;
    memcpy(out + *used, text, length);
    out[*used + length] = '\n';
    *used += length + 1;
}

static void put_labels(struct tree *node, char *out, size_t capacity, size_t *used, int depth) {
    for (; node && depth < 128; node = node->next_peer) {
        if (node->label && strncmp(node->label, "anonymous#", 10) != 0) put(out, capacity, used, node->label);
        put_labels(node->child_list, out, capacity, used, depth + 1);
    }
}

size_t cnetsnmp_mib_labels(char *text, size_t capacity) {
    size_t used = 0;
    cnetsnmp_lock();
    start();
    put_labels(get_tree_head(), text, capacity, &used, 0);
    cnetsnmp_unlock();
    return used;
}

static const char *type_name(int type) {
    switch (type) {
    case TYPE_OBJID: return "OBJECT IDENTIFIER";
    case TYPE_OCTETSTR: return "OCTET STRING";
    case TYPE_INTEGER: return "INTEGER";
    case TYPE_NETADDR: return "NetworkAddress";
    case TYPE_IPADDR: return "IpAddress";
    case TYPE_COUNTER: return "Counter32";
    case TYPE_GAUGE: return "Gauge32";
    case TYPE_TIMETICKS: return "TimeTicks";
    case TYPE_OPAQUE: return "Opaque";
    case TYPE_COUNTER64: return "Counter64";
    case TYPE_BITSTRING: return "BITS";
    case TYPE_UINTEGER: return "UInteger32";
    case TYPE_UNSIGNED32: return "Unsigned32";
    case TYPE_INTEGER32: return "Integer32";
    default: return NULL;
    }
}

size_t cnetsnmp_mib_oid(const char *name, uint32_t *parts, size_t capacity) {
    oid buffer[MAX_OID_LEN];
    size_t length = MAX_OID_LEN;
    cnetsnmp_lock();
    start();
    int known = get_node(name, buffer, &length);
    cnetsnmp_unlock();
    if (!known || length == 0 || length > capacity) return 0;
    for (size_t i = 0; i < length; i++) {
        if (buffer[i] > UINT32_MAX) return 0;
        parts[i] = (uint32_t)buffer[i];
    }
    return length;
}

// The deepest named node on the way to `parts`, and how many sub-identifiers lead to it.
static struct tree *deepest(const uint32_t *parts, size_t count, size_t *depth) {
    struct tree *level = get_tree_head(), *best = NULL;
    *depth = 0;
    for (size_t i = 0; i < count && level; i++) {
        struct tree *node = level;
        while (node && node->subid != parts[i]) node = node->next_peer;
        if (!node) break;
        // Gaps in a file's paths are filled with nodes of made-up names.
        if (node->label && strncmp(node->label, "anonymous#", 10) != 0) {
            best = node;
            *depth = i + 1;
        }
        level = node->child_list;
    }
    return best;
}

size_t cnetsnmp_mib_describe(const uint32_t *parts, size_t count, char *text, size_t capacity) {
    size_t depth = 0, used = 0;
    char line[512];
    cnetsnmp_lock();
    start();
    struct tree *node = deepest(parts, count, &depth);
    if (node && depth > 1) {
        const char *type = type_name(node->type);
        if (type) {
            snprintf(line, sizeof line, "type\t%s", type);
            put(text, capacity, &used, line);
        }
        if (node->hint) {
            snprintf(line, sizeof line, "hint\t%s", node->hint);
            put(text, capacity, &used, line);
        }
        if (node->units) {
            snprintf(line, sizeof line, "units\t%s", node->units);
            put(text, capacity, &used, line);
        }
        struct tree *row = node->indexes ? node : node->parent;
        for (struct index_list *part = row ? row->indexes : NULL; part; part = part->next) {
            if (!part->ilabel) continue;
            snprintf(line, sizeof line, "index\t%s", part->ilabel);
            put(text, capacity, &used, line);
        }
        for (struct enum_list *name = node->enums; name; name = name->next) {
            if (!name->label) continue;
            snprintf(line, sizeof line, "enum\t%d %s", name->value, name->label);
            put(text, capacity, &used, line);
        }
    }
    cnetsnmp_unlock();
    return used;
}

size_t cnetsnmp_mib_name(const uint32_t *parts, size_t count, char *text, size_t capacity) {
    char module[128];
    size_t depth = 0, used = 0;
    cnetsnmp_lock();
    start();
    struct tree *node = deepest(parts, count, &depth);
    // The roots (ccitt, iso) are built in and name nothing.
    if (node && depth > 1) {
        int n = snprintf(text, capacity, "%s::%s", module_name(node->modid, module), node->label);
        used = n > 0 && (size_t)n < capacity ? (size_t)n : 0;
    }
    cnetsnmp_unlock();
    for (size_t i = depth; used && i < count; i++) {
        int n = snprintf(text + used, capacity - used, ".%u", parts[i]);
        if (n <= 0 || (size_t)n >= capacity - used) return 0;
        used += (size_t)n;
    }
    return used;
}
