import Addressing
import CLibUnbound
import Remote
import Synchronization

/// One `ub_ctx`: made for one question, because what a kept one has in its cache says nothing of the server now.
///
/// It reads neither /etc/resolv.conf nor /etc/hosts and answers no zone by itself. Deleted, it ends its thread and calls
/// no callback any more (libunbound(3), ub_ctx_delete).
final class UnboundContext {
    let handle: OpaquePointer

    struct Failure: Error { let message: String }

    /// - Parameter moment: seconds since 1970 at which signatures must be valid; nil: now.
    init(forwarding server: Endpoint?, anchors: [String], at moment: Int64? = nil) throws(Failure) {
        let made = Self.making.withLock { _ in Made(handle: ub_ctx_create()) }
        guard let handle = made.handle else { throw Failure(message: "libunbound gives no context") }
        self.handle = handle
        // What it has to say comes in its results.
        ub_ctx_debugout(handle, nil)
        for (option, value) in Self.options { try check(ub_ctx_set_option(handle, option, value), option) }
        if let server {
            let isLoopback = server.address.isLoopback
            try check(ub_ctx_set_option(handle, "do-not-query-localhost:", isLoopback ? "no" : "yes"), "localhost")
            try check(ub_ctx_set_option(handle, server.address.isIPv6 ? "do-ip4:" : "do-ip6:", "no"), "family")
            try check(ub_ctx_set_fwd(handle, "\(server.address)@\(server.port)"), "server")
        }
        if let moment { try check(ub_ctx_set_option(handle, "val-override-date:", "\(moment)"), "date") }
        for anchor in anchors { try check(ub_ctx_add_ta(handle, anchor), "trust anchor") }
        try check(ub_ctx_async(handle, 1), "thread")
        // RFC 6761 wants resolvers to answer these themselves; we want to know what the server says.
        for zone in Self.builtInZones { try check(ub_ctx_zone_remove(handle, zone), zone) }
    }

    deinit { ub_ctx_delete(handle) }

    /// The first context also sets up what the library shares within the process.
    private static let making = Mutex(())
    /// Carries a fresh handle out of the lock. Sendable, because nobody else has it yet.
    private struct Made: @unchecked Sendable { let handle: OpaquePointer? }

    private func check(_ code: Int32, _ what: String) throws(Failure) {
        guard code == 0 else { throw Failure(message: "libunbound, \(what): \(String(cString: ub_strerror(code)))") }
    }

    private static let builtInZones = [
        "localhost.", "test.", "invalid.", "onion.", "home.arpa.", "127.in-addr.arpa.",
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
    ]

    /// unbound.conf(5). Reverse zones of private addresses are asked for like all others and not expected to be signed.
    private static let options = [
        ("module-config:", "validator iterator"), ("unblock-lan-zones:", "yes"), ("insecure-lan-zones:", "yes"),
        ("harden-dnssec-stripped:", "yes"), ("harden-below-nxdomain:", "yes"), ("harden-algo-downgrade:", "yes"),
        ("harden-glue:", "yes"), ("trust-anchor-signaling:", "no"), ("prefetch:", "no"), ("edns-buffer-size:", "1232"),
        ("msg-cache-size:", "1m"), ("rrset-cache-size:", "1m"), ("key-cache-size:", "1m"), ("use-syslog:", "no"),
    ]
}

extension IPAddress {
    /// 127.0.0.0/8 or ::1.
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4: bytes[0] == 127
        case .v6: bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }
}
