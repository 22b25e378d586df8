// UDP in batches: recvmmsg and sendmmsg, which Swift's Glibc module does not show.
#pragma once
#include <stdint.h>
#include <stddef.h>

/// One peer. IPv4: `low` holds the 32 bits in host order and `high` is 0. IPv6: 128 bits in host order.
typedef struct {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint8_t is_v6;
} cnetio_address;

/// One datagram: where it lies, how long it is, who sent it or shall get it.
typedef struct {
    uint8_t *bytes;
    uint32_t length;
    uint8_t truncated;
    cnetio_address peer;
} cnetio_message;

/// Buffers for batches of datagrams; one thread at a time.
typedef struct cnetio_batch cnetio_batch;

/// What the kernel heard about a message that was sent: to whom, and the errno that it made of it.
typedef struct {
    cnetio_address peer;
    int32_t code;
} cnetio_error;

/// Makes `slots` receive buffers of `slot_size` bytes, `stride` bytes apart; NULL when memory is short. Pages are
/// touched only when used.
cnetio_batch *cnetio_batch_new(unsigned slots, size_t slot_size, size_t stride);
void cnetio_batch_free(cnetio_batch *batch);

/// A non-blocking UDP socket, close-on-exec, with SO_RXQ_OVFL and IP_RECVERR or IPV6_RECVERR on and a receive buffer near `receive_buffer` bytes
/// (forced where permitted). Answers the descriptor or -errno; `*granted` gets the buffer that the kernel gave.
int cnetio_udp_open(int is_v6, int receive_buffer, int *granted);

/// Binds to an address; port 0 takes a free one. 0 or -errno.
int cnetio_bind(int fd, const cnetio_address *address);

/// The address that the socket is bound to. 0 or -errno.
int cnetio_local_address(int fd, cnetio_address *address);

/// Takes what is there, at most the batch's slots. Answers the number of messages in `out` (0 when none) or -errno.
/// `*drops` gets the kernel's count of datagrams lost for want of buffer, when it said one.
int cnetio_receive(int fd, cnetio_batch *batch, cnetio_message *out, unsigned limit, uint32_t *drops);

/// Sends from the start of `messages`. Answers how many went out, or -errno that concerns the first one.
int cnetio_send(int fd, cnetio_batch *batch, const cnetio_message *messages, unsigned count);

/// Takes what stands in the socket's error queue (`ip(7)`, IP_RECVERR), at most `limit`; only what came by ICMP from
/// the network. Answers the number in `out`.
int cnetio_errors(int fd, cnetio_error *out, unsigned limit);

/// An eventfd that wakes a poll from another thread. The descriptor or -errno.
int cnetio_wakeup_open(void);
void cnetio_wakeup_raise(int fd);
void cnetio_wakeup_clear(int fd);

/// Blocks every signal on the calling thread, so that the program's handlers run elsewhere.
void cnetio_block_signals(void);
