import Glibc

/// A TCP relay in front of a real server that at some point passes nothing on any more, and closes nothing either: what
/// a firewall that forgets, a machine that hangs or a cable that is pulled look like from here.
public final class FreezingProxy: Sendable {
    /// When a connection freezes by itself.
    public enum Moment: Sendable {
        /// Only by ``freeze()``.
        case never
        /// When the server's SSH_MSG_NEWKEYS has been passed on (RFC 4253 section 7.3).
        case afterKeyExchange
        /// When so many bytes have come from the server.
        case afterBytes(Int)
    }

    /// Where it listens, on 127.0.0.1.
    public let port: UInt16
    private let process: ChildProcess

    /// Relays to `server` on 127.0.0.1.
    public init(to server: UInt16, freezing moment: Moment = .never) async throws {
        port = try freeTCPPort()
        let mode =
            switch moment {
            case .never: "never"
            case .afterKeyExchange: "keys"
            case .afterBytes(let count): "\(count)"
            }
        process = try ChildProcess("/usr/bin/python3", ["-c", Self.script, "\(port)", "\(server)", mode])
        try await process.waitForOutput("ready")
    }

    /// Freezes the connections that are open now; later ones pass. Returns when it has happened.
    public func freeze() async throws {
        let before = process.output.count
        process.signal(SIGUSR1)
        try await process.wait(until: "freezes", within: .seconds(15)) { process.output.count > before }
    }

    /// How many connections there have been.
    public var connections: Int { process.output.split(separator: "\n").count { $0 == "connection" } }

    private static let script = """
        import selectors, signal, socket, sys
        port, server, mode = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
        selector = selectors.DefaultSelector()
        listener = socket.create_server(("127.0.0.1", port), backlog=100)
        selector.register(listener, selectors.EVENT_READ, None)
        class Pair: pass
        pairs = []
        def freeze(*_):
            for pair in pairs: pair.frozen = True
            print("frozen", flush=True)
        signal.signal(signal.SIGUSR1, freeze)
        def has_new_keys(data):
            at = data.find(b"\\n") + 1
            while at and at + 6 <= len(data):
                size = int.from_bytes(data[at:at + 4], "big")
                if size > 35000: return len(data)
                if data[at + 5] == 21: return at + 4 + size
                at += 4 + size
            return 0
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    pair = Pair()
                    pair.a, _ = listener.accept()
                    pair.b = socket.create_connection(("127.0.0.1", server))
                    pair.frozen, pair.said, pair.count = False, b"", 0
                    pairs.append(pair)
                    print("connection", flush=True)
                    selector.register(pair.a, selectors.EVENT_READ, (pair, pair.a, pair.b))
                    selector.register(pair.b, selectors.EVENT_READ, (pair, pair.b, pair.a))
                    continue
                pair, source, sink = key.data
                if pair.frozen:
                    selector.unregister(source)
                    continue
                try: data = source.recv(16384)
                except OSError: data = b""
                if not data:
                    for one in (pair.a, pair.b):
                        try: selector.unregister(one)
                        except KeyError: pass
                        one.close()
                    pairs.remove(pair)
                    continue
                if source is pair.b:
                    pair.count += len(data)
                    if mode == "keys":
                        before = len(pair.said)
                        pair.said += data
                        end = has_new_keys(pair.said)
                        if end: data, pair.frozen = data[:end - before], True
                    elif mode != "never" and pair.count >= int(mode): pair.frozen = True
                try: sink.sendall(data)
                except OSError: pass
        """
}
