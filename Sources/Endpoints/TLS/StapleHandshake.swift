import NIOCore
import NIOPosix
import Remote

/// One connection that asks for a stapled OCSP answer and hangs up once it is there.
enum StapleHandshake {
    /// What the server showed; nil when it showed nothing readable in time.
    /// - Throws: `CancellationError`, or what the connection itself failed with.
    static func attempt(
        _ version: Remote.TLSVersion, _ address: SocketAddress, serverName: String?, group: any EventLoopGroup,
        timeout: Duration
    ) async throws -> Staple? {
        let loop = group.next()
        let done = loop.makePromise(of: Staple?.self)
        let deadline = loop.scheduleTask(in: timeout.timeAmount) { done.succeed(nil) }
        defer {
            deadline.cancel()
            done.succeed(nil)
        }
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(timeout.timeAmount)
        let channel = try await Dial.connect(bootstrap, to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    StapleWatcher(StapleHello(version, serverName: serverName), done))
            }
        }.channel
        defer { channel.close(promise: nil) }
        return try await withTaskCancellationHandler {
            try await done.futureResult.get()
        } onCancel: {
            done.fail(CancellationError())
        }
    }
}

private final class StapleWatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let hello: StapleHello
    private var reading: StapleReading
    private let done: EventLoopPromise<Staple?>

    init(_ hello: StapleHello, _ done: EventLoopPromise<Staple?>) {
        self.hello = hello
        reading = StapleReading(hello)
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: hello.record)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            guard let staple = try reading.take(unwrapInboundIn(data).readableBytesView) else { return }
            done.succeed(staple)
        } catch {
            done.succeed(nil)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.succeed(nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.succeed(nil)
        context.close(promise: nil)
    }
}
