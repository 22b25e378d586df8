#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>
#include <net-snmp/library/scapi.h>
#include <net-snmp/library/snmpusm.h>

#include <pthread.h>
#include <string.h>

#include "CNetSNMP.h"
#include "Lock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int silenced = 0;

void cnetsnmp_lock(void) {
    pthread_mutex_lock(&lock);
    if (!silenced) {
        silenced = 1;
        // Without any handler the library writes to stderr.
        netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    }
}

void cnetsnmp_unlock(void) { pthread_mutex_unlock(&lock); }

static int auth_type(int auth) {
    switch (auth) {
    case CNETSNMP_AUTH_MD5: return NETSNMP_USMAUTH_HMACMD5;
    case CNETSNMP_AUTH_SHA1: return NETSNMP_USMAUTH_HMACSHA1;
    case CNETSNMP_AUTH_SHA224: return NETSNMP_USMAUTH_HMAC128SHA224;
    case CNETSNMP_AUTH_SHA256: return NETSNMP_USMAUTH_HMAC192SHA256;
    case CNETSNMP_AUTH_SHA384: return NETSNMP_USMAUTH_HMAC256SHA384;
    case CNETSNMP_AUTH_SHA512: return NETSNMP_USMAUTH_HMAC384SHA512;
    default: return -1;
    }
}

static int priv_type(int priv) {
    switch (priv) {
    case CNETSNMP_PRIV_DES: return USM_CREATE_USER_PRIV_DES;
    case CNETSNMP_PRIV_AES128: return USM_CREATE_USER_PRIV_AES;
    case CNETSNMP_PRIV_AES192: return USM_CREATE_USER_PRIV_AES192;
    case CNETSNMP_PRIV_AES256: return USM_CREATE_USER_PRIV_AES256;
    default: return -1;
    }
}

static const netsnmp_auth_alg_info *auth_info(int auth) {
    int type = auth_type(auth);
    return type < 0 ? NULL : sc_find_auth_alg_bytype((u_int)type);
}

static const netsnmp_priv_alg_info *priv_info(int priv) {
    int type = priv_type(priv);
    return type < 0 ? NULL : sc_get_priv_alg_bytype((u_int)type);
}

size_t cnetsnmp_mac_length(int auth) {
    const netsnmp_auth_alg_info *info = auth_info(auth);
    return info ? (size_t)info->mac_length : 0;
}

int cnetsnmp_user_key(int auth, const uint8_t *phrase, size_t phrase_length, uint8_t *key, size_t *key_length) {
    const netsnmp_auth_alg_info *info = auth_info(auth);
    if (!info || phrase_length < USM_LENGTH_P_MIN) return -1;
    *key_length = CNETSNMP_MAX_KEY;
    cnetsnmp_lock();
    int result = generate_Ku(info->alg_oid, (u_int)info->oid_len, phrase, phrase_length, key, key_length);
    cnetsnmp_unlock();
    return result == SNMPERR_SUCCESS ? 0 : -1;
}

int cnetsnmp_localised_key(int auth, const uint8_t *engine, size_t engine_length, const uint8_t *user_key,
                           size_t user_key_length, uint8_t *key, size_t *key_length) {
    const netsnmp_auth_alg_info *info = auth_info(auth);
    if (!info) return -1;
    *key_length = CNETSNMP_MAX_KEY;
    cnetsnmp_lock();
    int result = generate_kul(info->alg_oid, (u_int)info->oid_len, engine, engine_length, user_key, user_key_length,
                              key, key_length);
    cnetsnmp_unlock();
    return result == SNMPERR_SUCCESS ? 0 : -1;
}

int cnetsnmp_privacy_key(int auth, int priv, const uint8_t *engine, size_t engine_length, const uint8_t *user_key,
                         size_t user_key_length, uint8_t *key, size_t *key_length) {
    const netsnmp_auth_alg_info *info = auth_info(auth);
    const netsnmp_priv_alg_info *cipher = priv_info(priv);
    if (!info || !cipher || engine_length > 32) return -1;
    // DES takes eight bytes of key and then eight of pre-IV (RFC 3414 section 8.1.1.1).
    size_t wanted = (size_t)cipher->proper_length + (priv == CNETSNMP_PRIV_DES ? (size_t)cipher->iv_length : 0);
    if (cnetsnmp_localised_key(auth, engine, engine_length, user_key, user_key_length, key, key_length)) return -1;
    if (*key_length < wanted) {
        // The library may exchange the buffer for a longer one of its own making.
        u_char *buffer = malloc(CNETSNMP_MAX_KEY);
        if (!buffer) return -1;
        memcpy(buffer, key, *key_length);
        u_char id[32];
        memcpy(id, engine, engine_length);
        cnetsnmp_lock();
        int result = netsnmp_extend_kul((u_int)wanted, info->alg_oid, (u_int)info->oid_len, priv_type(priv), id,
                                        (u_int)engine_length, &buffer, key_length, CNETSNMP_MAX_KEY);
        cnetsnmp_unlock();
        if (result == SNMPERR_SUCCESS && *key_length >= wanted) memcpy(key, buffer, wanted);
        int enough = result == SNMPERR_SUCCESS && *key_length >= wanted;
        if (enough) memset(buffer, 0, wanted);
        free(buffer);
        if (!enough) return -1;
    }
    *key_length = wanted;
    return 0;
}

int cnetsnmp_des_encrypt(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length,
                     const uint8_t *plain, size_t length, uint8_t *out, size_t *out_length) {
    const netsnmp_priv_alg_info *info = priv_info(CNETSNMP_PRIV_DES);
    uint8_t key_copy[CNETSNMP_MAX_KEY], iv_copy[16];
    if (!info || key_length > sizeof key_copy || iv_length > sizeof iv_copy || !length) return -1;
    memcpy(key_copy, key, key_length);
    memcpy(iv_copy, iv, iv_length);
    *out_length = length + 8;
    cnetsnmp_lock();
    int result = sc_encrypt(info->alg_oid, (size_t)info->oid_len, key_copy, (u_int)key_length, iv_copy,
                            (u_int)iv_length, plain, (u_int)length, out, out_length);
    cnetsnmp_unlock();
    return result == SNMPERR_SUCCESS ? 0 : -1;
}

int cnetsnmp_des_decrypt(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length,
                     const uint8_t *cipher, size_t length, uint8_t *out, size_t *out_length) {
    const netsnmp_priv_alg_info *info = priv_info(CNETSNMP_PRIV_DES);
    uint8_t key_copy[CNETSNMP_MAX_KEY], iv_copy[16];
    if (!info || key_length > sizeof key_copy || iv_length > sizeof iv_copy || !length) return -1;
    memcpy(key_copy, key, key_length);
    memcpy(iv_copy, iv, iv_length);
    *out_length = length;
    cnetsnmp_lock();
    int result = sc_decrypt(info->alg_oid, (size_t)info->oid_len, key_copy, (u_int)key_length, iv_copy,
                            (u_int)iv_length, (u_char *)cipher, (u_int)length, out, out_length);
    cnetsnmp_unlock();
    return result == SNMPERR_SUCCESS ? 0 : -1;
}
