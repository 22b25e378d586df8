#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/mib_api.h>

#include <stdio.h>
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

int cnetsnmp_mib_add_directory(const char *directory) {
    cnetsnmp_lock();
    start();
    int found = add_mibdir(directory);
    cnetsnmp_unlock();
    return found;
}

int cnetsnmp_mib_load(void) {
    cnetsnmp_lock();
    start();
    struct tree *head = read_all_mibs();
    cnetsnmp_unlock();
    return head ? 0 : -1;
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
