import CNetIO
import Glibc
import Remote

/// One non-blocking UDP socket and the messages that wait to leave through it. Only the engine's thread touches it.
final class UDPLink {
    /// Messages per system call.
    static let batch = 64
    /// Room per message, the largest that UDP over IPv4 carries and the rest of its page.
    static let slot = 65_536
    /// From one message's room to the next: an odd number of cache lines more than its size, so that the fronts of all
    /// messages do not compete for the same few lines of the processor's caches.
    private static let stride = slot + 1_600

    let descriptor: Int32
    /// Bytes of receive buffer that the kernel gave.
    let grantedBuffer: Int32
    private let messages: OpaquePointer
    private let outgoing: UnsafeMutableRawBufferPointer
    private var queue: [cnetio_message] = []
    private var owners: [Int32] = []
    private var drops: UInt32 = 0

    init(isV6: Bool, receiveBuffer: Int) throws(RemoteError) {
        var granted: Int32 = 0
        descriptor = cnetio_udp_open(isV6 ? 1 : 0, Int32(clamping: receiveBuffer), &granted)
        grantedBuffer = granted
        guard descriptor >= 0 else {
            throw RemoteError(
                .local, subject: "snmp",
                message: "cannot open a UDP socket for \(isV6 ? "IPv6" : "IPv4") (errno \(-descriptor))")
        }
        guard let batch = cnetio_batch_new(UInt32(Self.batch), Self.slot, Self.stride) else {
            close(descriptor)
            throw RemoteError(.local, subject: "snmp", message: "no memory for receive buffers")
        }
        messages = batch
        outgoing = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.batch * Self.stride, alignment: 4_096)
        queue.reserveCapacity(Self.batch)
        owners.reserveCapacity(Self.batch)
    }

    deinit {
        close(descriptor)
        cnetio_batch_free(messages)
        outgoing.deallocate()
    }

    var hasUnsent: Bool { !queue.isEmpty }
    var isFull: Bool { queue.count >= Self.batch }

    /// Lets `write` fill the next free slot; the message belongs to the exchange `owner`.
    func enqueue(to peer: WireAddress, owner: Int32, _ write: (inout BERWriter) -> Bool) -> Bool {
        guard !isFull else { return false }
        let room = UnsafeMutableRawBufferPointer(
            rebasing: outgoing[(queue.count * Self.stride)..<(queue.count * Self.stride + Self.slot)])
        var writer = BERWriter(room)
        guard write(&writer), !writer.overflowed else { return false }
        queue.append(
            cnetio_message(
                bytes: writer.written.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt32(writer.count),
                truncated: 0, peer: peer.raw))
        owners.append(owner)
        return true
    }

    /// Sends what waits. Gives how many left and the owners that the kernel refused, with its errno; what is still
    /// queued afterwards waits for room in the socket.
    func flush() -> (sent: Int, refused: [(owner: Int32, errno: Int32)]) {
        var start = 0
        var sent = 0
        var refused: [(owner: Int32, errno: Int32)] = []
        // An error that an earlier message brought (ICMP) is told to the next call, whatever that call sends: only what
        // is told again and again belongs to the message itself.
        var told = 0
        while start < queue.count {
            let count = queue.withUnsafeBufferPointer {
                cnetio_send(descriptor, messages, $0.baseAddress.map { $0 + start }, UInt32($0.count - start))
            }
            if count > 0 {
                start += Int(count)
                sent += Int(count)
                told = 0
            } else if count == -EAGAIN || count == -ENOBUFS || count == 0 {
                break
            } else if count != -EINTR {
                told += 1
                guard told > 3 else { continue }
                refused.append((owners[start], -count))
                start += 1
                told = 0
            }
        }
        if start < queue.count {
            // The slots of a queue that could not leave stay in use: keep the memory in place, move it down.
            repack(from: start)
        } else {
            queue.removeAll(keepingCapacity: true)
            owners.removeAll(keepingCapacity: true)
        }
        return (sent, refused)
    }

    private func repack(from start: Int) {
        guard let base = outgoing.baseAddress else { return }
        queue.removeFirst(start)
        owners.removeFirst(start)
        for index in queue.indices {
            let length = Int(queue[index].length)
            let place = base + index * Self.stride + Self.slot - length
            if let bytes = queue[index].bytes { memmove(place, bytes, length) }
            queue[index].bytes = place.assumingMemoryBound(to: UInt8.self)
        }
    }

    /// Takes one batch of datagrams; the views hold until the next call.
    /// - Returns: how many there were, and how many the kernel has dropped since the last call.
    func receive(_ body: (UnsafeRawBufferPointer, WireAddress, _ isTruncated: Bool) -> Void) -> (Int, drops: UInt32) {
        withUnsafeTemporaryAllocation(of: cnetio_message.self, capacity: Self.batch) { list in
            let before = drops
            let count = cnetio_receive(descriptor, messages, list.baseAddress, UInt32(Self.batch), &drops)
            for index in 0..<max(0, Int(count)) {
                let message = list[index]
                body(
                    UnsafeRawBufferPointer(start: message.bytes, count: Int(message.length)),
                    WireAddress(message.peer), message.truncated != 0)
            }
            return (max(0, Int(count)), drops &- before)
        }
    }

    /// Takes what the kernel heard by ICMP about messages sent before: to whom they were sent, and its errno.
    func takeErrors(_ body: (WireAddress, Int32) -> Void) {
        withUnsafeTemporaryAllocation(of: cnetio_error.self, capacity: Self.batch) { list in
            let count = cnetio_errors(descriptor, list.baseAddress, UInt32(Self.batch))
            for index in 0..<max(0, Int(count)) { body(WireAddress(list[index].peer), list[index].code) }
        }
    }
}
