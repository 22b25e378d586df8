import NIOCore
import NIOSSL
import NIOTLS
import Remote

/// Keeps what a peer says until somebody listens; lives on the channel's event loop.
final class Ear: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let limit: Int
    private var bytes: [UInt8] = []
    private var listener: (read: ([UInt8]) -> Int?, failing: (any Error) -> Void)?
    private var handshake: ((Result<Void, any Error>) -> Void)?
    private var end: (any Error)?

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { bytes.isEmpty }

    /// Calls `read` with all that has come until it says how much of it it takes, or `failing` once.
    func listen(_ read: @escaping ([UInt8]) -> Int?, failing: @escaping (any Error) -> Void) {
        listener = (read, failing)
        consider()
    }

    func expectTLS(_ done: @escaping (Result<Void, any Error>) -> Void) {
        handshake = done
        if let end { fail(end) }
    }

    /// Ends the talk: who listens now or later is told so.
    func fail(_ error: any Error) {
        let error = end ?? error
        end = error
        handshake?(.failure(error))
        handshake = nil
        consider()
    }

    private func consider() {
        guard let current = listener else { return }
        if !bytes.isEmpty || end == nil, let taken = current.read(bytes) {
            bytes.removeFirst(min(taken, bytes.count))
            listener = nil
        } else if let end {
            listener = nil
            current.failing(end)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard end == nil else { return }
        bytes += unwrapInboundIn(data).readableBytesView
        consider()
        if bytes.count > limit {
            fail(TalkProblem(.protocolViolation, "it says more than \(limit) bytes without coming to an end"))
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            handshake?(.success(()))
            handshake = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(TalkProblem(.closed, "it closes the connection before it has said its part"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error is NIOSSLError ? TalkProblem(.protocolViolation, "the TLS handshake fails") : error)
        context.close(promise: nil)
    }
}

/// Texts of peers for people: one line without control characters or bytes that are no UTF-8.
enum PeerText {
    static func line(_ bytes: some Sequence<UInt8>, limit: Int = 512) -> String {
        var out = String.UnicodeScalarView()
        for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars.prefix(limit) {
            switch scalar {
            case "\t": out.append(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200B}"..."\u{200F}", "\u{2028}"..."\u{202E}",
                "\u{2060}"..."\u{2069}", "\u{FEFF}":
                continue
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
