// Authentication and AES privacy straight from libcrypto.
//
// libsnmp's own primitives look their algorithms up by name and allocate contexts for every message, which costs several
// times what the work itself does. Here algorithms are fetched once for the process and contexts once per thread.
#include <openssl/evp.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CNetSNMP.h"
#include "Lock.h"

#define AUTHS 7
#define PRIVS 5
#define LARGEST_BLOCK 128

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t cleaner;
static EVP_MD *digests[AUTHS];
static EVP_CIPHER *cfb[PRIVS], *ecb[PRIVS];

// Contexts of one thread; each is made when it is first wanted and belongs to one algorithm for good.
typedef struct {
    EVP_MD_CTX *digest[AUTHS];
    EVP_CIPHER_CTX *cfb[PRIVS];
    EVP_CIPHER_CTX *ecb[PRIVS];
} contexts;

static _Thread_local contexts *own;

static void forget(void *value) {
    contexts *mine = value;
    for (int i = 0; i < AUTHS; i++) EVP_MD_CTX_free(mine->digest[i]);
    for (int i = 0; i < PRIVS; i++) {
        EVP_CIPHER_CTX_free(mine->cfb[i]);
        EVP_CIPHER_CTX_free(mine->ecb[i]);
    }
    free(mine);
}

static void fetch(void) {
    pthread_key_create(&cleaner, forget);
    digests[CNETSNMP_AUTH_MD5] = EVP_MD_fetch(NULL, "MD5", NULL);
    digests[CNETSNMP_AUTH_SHA1] = EVP_MD_fetch(NULL, "SHA1", NULL);
    digests[CNETSNMP_AUTH_SHA224] = EVP_MD_fetch(NULL, "SHA2-224", NULL);
    digests[CNETSNMP_AUTH_SHA256] = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    digests[CNETSNMP_AUTH_SHA384] = EVP_MD_fetch(NULL, "SHA2-384", NULL);
    digests[CNETSNMP_AUTH_SHA512] = EVP_MD_fetch(NULL, "SHA2-512", NULL);
    cfb[CNETSNMP_PRIV_AES128] = EVP_CIPHER_fetch(NULL, "AES-128-CFB", NULL);
    cfb[CNETSNMP_PRIV_AES192] = EVP_CIPHER_fetch(NULL, "AES-192-CFB", NULL);
    cfb[CNETSNMP_PRIV_AES256] = EVP_CIPHER_fetch(NULL, "AES-256-CFB", NULL);
    ecb[CNETSNMP_PRIV_AES128] = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    ecb[CNETSNMP_PRIV_AES192] = EVP_CIPHER_fetch(NULL, "AES-192-ECB", NULL);
    ecb[CNETSNMP_PRIV_AES256] = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
}

static contexts *mine(void) {
    if (own) return own;
    pthread_once(&once, fetch);
    own = calloc(1, sizeof *own);
    if (own) pthread_setspecific(cleaner, own);
    return own;
}

// HMAC (RFC 2104) with one digest context: the two key blocks cost two of some 25 compressions of a full message, and
// no state has to be kept per key.
static int hmac(int auth, const uint8_t *key, size_t key_length, const uint8_t *message, size_t length, uint8_t *out) {
    contexts *all = mine();
    if (!all || auth <= 0 || auth >= AUTHS || !digests[auth]) return -1;
    EVP_MD_CTX *context = all->digest[auth];
    if (!context) context = all->digest[auth] = EVP_MD_CTX_new();
    if (!context) return -1;
    size_t block = auth >= CNETSNMP_AUTH_SHA384 ? 128 : 64;
    if (key_length > block) return -1;
    uint8_t inner[LARGEST_BLOCK], outer[LARGEST_BLOCK], digest[EVP_MAX_MD_SIZE];
    memset(inner, 0x36, block);
    memset(outer, 0x5C, block);
    for (size_t i = 0; i < key_length; i++) {
        inner[i] ^= key[i];
        outer[i] ^= key[i];
    }
    unsigned size = 0;
    int good = EVP_DigestInit_ex2(context, digests[auth], NULL) && EVP_DigestUpdate(context, inner, block)
        && EVP_DigestUpdate(context, message, length) && EVP_DigestFinal_ex(context, digest, &size)
        && EVP_DigestInit_ex2(context, digests[auth], NULL) && EVP_DigestUpdate(context, outer, block)
        && EVP_DigestUpdate(context, digest, size) && EVP_DigestFinal_ex(context, out, &size);
    return good ? 0 : -1;
}

int cnetsnmp_sign(int auth, const uint8_t *key, size_t key_length, uint8_t *message, size_t length, size_t mac_offset,
                  size_t mac_length) {
    uint8_t mac[EVP_MAX_MD_SIZE];
    if (mac_offset > length || mac_length > length - mac_offset || mac_length > sizeof mac) return -1;
    if (hmac(auth, key, key_length, message, length, mac)) return -1;
    memcpy(message + mac_offset, mac, mac_length);
    return 0;
}

int cnetsnmp_verify(int auth, const uint8_t *key, size_t key_length, uint8_t *message, size_t length,
                    size_t mac_offset, size_t mac_length) {
    uint8_t said[EVP_MAX_MD_SIZE], mac[EVP_MAX_MD_SIZE], difference = 0;
    if (mac_offset > length || mac_length > length - mac_offset || mac_length > sizeof mac || !mac_length) return 0;
    memcpy(said, message + mac_offset, mac_length);
    memset(message + mac_offset, 0, mac_length);
    if (hmac(auth, key, key_length, message, length, mac)) return 0;
    for (size_t i = 0; i < mac_length; i++) difference |= said[i] ^ mac[i];
    return difference == 0;
}

// A context that is bound to its cipher on first use: naming the cipher again would throw its memory away.
static EVP_CIPHER_CTX *keyed(EVP_CIPHER_CTX **place, const EVP_CIPHER *cipher, const uint8_t *key, size_t key_length,
                             const uint8_t *iv) {
    if (!cipher || (size_t)EVP_CIPHER_get_key_length(cipher) != key_length) return NULL;
    const EVP_CIPHER *named = NULL;
    if (!*place) {
        *place = EVP_CIPHER_CTX_new();
        named = cipher;
    }
    if (!*place) return NULL;
    if (EVP_EncryptInit_ex2(*place, named, key, iv, NULL)) return *place;
    EVP_CIPHER_CTX_free(*place);
    *place = NULL;
    return NULL;
}

int cnetsnmp_aes_encrypt(int priv, const uint8_t *key, size_t key_length, const uint8_t iv[16], const uint8_t *plain,
                         size_t length, uint8_t *out) {
    contexts *all = mine();
    if (!all || priv <= 0 || priv >= PRIVS || length > INT32_MAX) return -1;
    EVP_CIPHER_CTX *context = keyed(&all->cfb[priv], cfb[priv], key, key_length, iv);
    int written = 0;
    return context && EVP_EncryptUpdate(context, out, &written, plain, (int)length) && (size_t)written == length ? 0
                                                                                                                 : -1;
}

// CFB's keystream block is the cipher of the ciphertext block before it. All of those are here already, so they go
// through the block cipher side by side instead of one after the other.
int cnetsnmp_aes_decrypt(int priv, const uint8_t *key, size_t key_length, const uint8_t iv[16], const uint8_t *cipher,
                         size_t length, uint8_t *out) {
    enum { PORTION = 2048 };
    uint8_t stream[PORTION + 16];
    contexts *all = mine();
    if (!all || priv <= 0 || priv >= PRIVS) return -1;
    EVP_CIPHER_CTX *context = keyed(&all->ecb[priv], ecb[priv], key, key_length, NULL);
    if (!context) return -1;
    // Whole blocks come out at once when enciphering; padding would only matter to a last call, which never comes.
    int written = 0;
    if (!EVP_EncryptUpdate(context, stream, &written, iv, 16) || written != 16) return -1;
    size_t done = 0;
    while (done < length) {
        // `stream` holds the keystream of the block at `done`; whole blocks behind it give the keystream of the next.
        size_t portion = length - done < PORTION ? length - done : PORTION;
        size_t whole = portion / 16 * 16;
        if (whole && (!EVP_EncryptUpdate(context, stream + 16, &written, cipher + done, (int)whole)
                      || (size_t)written != whole)) return -1;
        for (size_t i = 0; i < portion; i++) out[done + i] = cipher[done + i] ^ stream[i];
        memcpy(stream, stream + whole, 16);
        done += portion;
    }
    return 0;
}
