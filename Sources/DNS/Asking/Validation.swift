import CLibUnbound
import Glibc
import Remote

/// One question to be validated with what a recursive server gives.
struct ValidationRequest: Sendable {
    let name: DomainName
    let type: DNSQuestion.RecordType
    let server: Endpoint
    let anchors: [String]
    /// Seconds since 1970 at which signatures must be valid; nil: now.
    let moment: Int64?
    let subject: String
    let deadline: ContinuousClock.Instant
}

/// What libunbound found.
struct Validated: Sendable {
    let rcode: Int
    /// Record data, names uncompressed.
    let data: [[UInt8]]
    let ttl: UInt32
    let isSecure: Bool
    /// libunbound's words; nil when it is not bogus.
    let bogusReason: String?
}

/// A validation on its way in a context of its own.
final class Validation: Job {
    private let request: ValidationRequest
    private let waiter: Waiter<Validated>
    private var context: UnboundContext?
    private let box = Box()
    private(set) var isDone = false

    /// Where libunbound's callback, called by our own thread inside ub_process, leaves the result.
    private final class Box {
        var outcome: (code: Int32, result: UnsafeMutablePointer<ub_result>?)?
    }

    init(_ request: ValidationRequest, _ waiter: Waiter<Validated>) {
        self.request = request
        self.waiter = waiter
    }

    deinit { if let result = box.outcome?.result { ub_resolve_free(result) } }

    var waiterID: UInt64 { waiter.id }
    var descriptor: Int32 { context.map { ub_fd($0.handle) } ?? -1 }
    var interest: Int16 { Int16(POLLIN) }
    var wakeAt: ContinuousClock.Instant { request.deadline }

    func start() {
        do {
            let context = try UnboundContext(forwarding: request.server, anchors: request.anchors, at: request.moment)
            self.context = context
            // The box outlives the context: both end in `finish` or with self, the context first.
            let code = ub_resolve_async(
                context.handle, request.name.description, Int32(request.type.number), 1,
                Unmanaged.passUnretained(box).toOpaque(),
                { data, code, result in
                    guard let data else { return ub_resolve_free(result) }
                    Unmanaged<Box>.fromOpaque(data).takeUnretainedValue().outcome = (code, result)
                }, nil)
            if code != 0 { end(.local, "libunbound: \(String(cString: ub_strerror(code)))") }
        } catch {
            end(.local, error.message)
        }
    }

    func step(ready: Bool, now: ContinuousClock.Instant) {
        if ready, let context { ub_process(context.handle) }
        if let outcome = box.outcome {
            guard outcome.code == 0, let result = outcome.result?.pointee else {
                return end(.local, "libunbound: \(String(cString: ub_strerror(outcome.code)))")
            }
            return finish(.success(Self.read(result)))
        }
        if now >= request.deadline {
            end(.timeout, "the server answers, and validating what it says did not end in time")
        }
    }

    func end(_ code: RemoteError.Code, _ message: String) {
        guard !isDone else { return }
        finish(
            .failure(RemoteError(code, subject: request.subject, message: "DNS \(request.server): \(message)")))
    }

    private func finish(_ result: Result<Validated, RemoteError>) {
        isDone = true
        context = nil
        waiter.finish(result)
    }

    /// Records of one answer kept at most; a message of 64 KB holds fewer.
    private static let recordLimit = 10_000

    private static func read(_ result: ub_result) -> Validated {
        var data: [[UInt8]] = []
        if result.havedata != 0, let items = result.data, let lengths = result.len {
            while data.count < recordLimit, let item = items[data.count] {
                let length = Int(max(lengths[data.count], 0))
                data.append(Array(UnsafeRawBufferPointer(start: item, count: length)))
            }
        }
        let reason = result.why_bogus.map { cleanLine(String(cString: $0)) }
        return Validated(
            rcode: Int(result.rcode), data: data, ttl: UInt32(clamping: result.ttl), isSecure: result.secure != 0,
            bogusReason: result.bogus != 0 ? reason ?? "the chain of trust is broken" : nil)
    }

    /// One line of visible ASCII: the reason holds names and addresses that strangers chose.
    private static func cleanLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(512).filter { (0x20...0x7E).contains($0.value) }))
    }
}
