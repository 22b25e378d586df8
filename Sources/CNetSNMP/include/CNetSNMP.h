// What we take from libsnmp (USM key derivation, DES, MIB names) and from libcrypto (authentication, AES).
//
// net-snmp's own headers redefine fd_set and must not reach Swift's importer: they stay in the .c files. Every call
// into libsnmp takes one lock, because the library has none of its own. Nothing here reads configuration or writes files.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Largest key, digest or MAC that any function below writes.
#define CNETSNMP_MAX_KEY 64

/// Authentication protocols; the numbers are ours.
enum {
    CNETSNMP_AUTH_MD5 = 1,
    CNETSNMP_AUTH_SHA1 = 2,
    CNETSNMP_AUTH_SHA224 = 3,
    CNETSNMP_AUTH_SHA256 = 4,
    CNETSNMP_AUTH_SHA384 = 5,
    CNETSNMP_AUTH_SHA512 = 6,
};

/// Privacy protocols; the numbers are ours.
enum {
    CNETSNMP_PRIV_DES = 1,
    CNETSNMP_PRIV_AES128 = 2,
    CNETSNMP_PRIV_AES192 = 3,
    CNETSNMP_PRIV_AES256 = 4,
};

/// Bytes of a truncated MAC (12 for MD5 and SHA-1, RFC 7860 section 4 for the others); 0 when the library lacks it.
size_t cnetsnmp_mac_length(int auth);

/// Pass phrase (at least 8 bytes) to Ku, RFC 3414 section A.2. `key` has CNETSNMP_MAX_KEY bytes. 0 on success.
int cnetsnmp_user_key(int auth, const uint8_t *phrase, size_t phrase_length, uint8_t *key, size_t *key_length);

/// Ku to the key localised for one engine, RFC 3414 section 2.6. 0 on success.
int cnetsnmp_localised_key(int auth, const uint8_t *engine, size_t engine_length, const uint8_t *user_key,
                           size_t user_key_length, uint8_t *key, size_t *key_length);

/// The privacy key for one engine from the Ku of its pass phrase; lengthened as draft-blumenthal-aes-usm-04 says
/// where the digest is shorter than the cipher's key. 0 on success.
int cnetsnmp_privacy_key(int auth, int priv, const uint8_t *engine, size_t engine_length, const uint8_t *user_key,
                         size_t user_key_length, uint8_t *key, size_t *key_length);

/// Puts the MAC of `message`, cut to `mac_length`, over its zeros at `mac_offset`. 0 on success.
int cnetsnmp_sign(int auth, const uint8_t *key, size_t key_length, uint8_t *message, size_t length, size_t mac_offset,
                  size_t mac_length);

/// Zeroes the MAC field and compares what stood there, in constant time, with the MAC of `message`. 1 when equal, else
/// 0.
int cnetsnmp_verify(int auth, const uint8_t *key, size_t key_length, uint8_t *message, size_t length,
                    size_t mac_offset, size_t mac_length);

/// AES in CFB mode with 128 bits of feedback (RFC 3826 section 3.1.3); `out` has room for `length` bytes. 0 on success.
int cnetsnmp_aes_encrypt(int priv, const uint8_t *key, size_t key_length, const uint8_t iv[16], const uint8_t *plain,
                         size_t length, uint8_t *out);
/// The reverse; `out` must not overlap `cipher`.
int cnetsnmp_aes_decrypt(int priv, const uint8_t *key, size_t key_length, const uint8_t iv[16], const uint8_t *cipher,
                         size_t length, uint8_t *out);

/// Enciphers with DES; `out` has room for `length` + 8 bytes (padded to 8). 0 on success.
int cnetsnmp_des_encrypt(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length,
                         const uint8_t *plain, size_t length, uint8_t *out, size_t *out_length);

/// Deciphers with DES; `out` has room for `length` bytes. 0 on success.
int cnetsnmp_des_decrypt(const uint8_t *key, size_t key_length, const uint8_t *iv, size_t iv_length,
                         const uint8_t *cipher, size_t length, uint8_t *out, size_t *out_length);

/// Adds every MIB file in `directory` to the process-wide tree. Number of modules found, or -1.
int cnetsnmp_mib_add_directory(const char *directory);

/// Parses all modules found so far. 0 on success.
int cnetsnmp_mib_load(void);

/// Parses one module found so far, and what it imports. 0 on success.
int cnetsnmp_mib_read_module(const char *module);

/// What the parser said since the last call, lines of text, at most 1 MiB. The length written.
size_t cnetsnmp_mib_log(char *text, size_t capacity);

/// The names of all nodes, one per line; what does not fit is left out. The length written.
size_t cnetsnmp_mib_labels(char *text, size_t capacity);

/// What the deepest node on the way to an identifier is: lines of a key (`type`, `hint`, `units`, `index`, `enum`), a
/// tab and a value. The length written.
size_t cnetsnmp_mib_describe(const uint32_t *parts, size_t count, char *text, size_t capacity);

/// `IF-MIB::ifDescr.1` or `ifDescr.1` to sub-identifiers. Their number, or 0 when the name is unknown.
size_t cnetsnmp_mib_oid(const char *name, uint32_t *parts, size_t capacity);

/// Sub-identifiers to `IF-MIB::ifDescr.1`. The length of the text without its final 0, or 0 when no module names it.
size_t cnetsnmp_mib_name(const uint32_t *parts, size_t count, char *text, size_t capacity);
