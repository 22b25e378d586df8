import Hummingbird
public import Logging
import ServiceLifecycle

/// The HTTP side of the suite: read-only, without authentication, hence for loopback addresses alone. Requests whose
/// `Host` is no loopback name or address are refused with status 421.
public struct WebServer: Sendable {
    private let source: any WebSource
    private let logger: Logger

    /// Creates a server that reads from `source`.
    public init(source: any WebSource, logger: Logger) {
        self.source = source
        self.logger = logger
    }

    /// Serves until the task is cancelled or a signal arrives; `started` is told the port (useful with port 0).
    /// - Throws: the socket's error when `host`:`port` cannot be bound.
    public func run(host: String, port: Int, started: @escaping @Sendable (Int) -> Void) async throws {
        let application = Application(
            router: Self.router(source),
            configuration: .init(address: .hostname(host, port: port), serverName: "hatang"),
            onServerRunning: { channel in started(channel.localAddress?.port ?? port) }, logger: logger)
        let group = ServiceGroup(
            configuration: .init(services: [application], gracefulShutdownSignals: [], logger: logger))
        try await withTaskCancellationHandler {
            try await group.run()
        } onCancel: {
            // Owned by this call: it only asks the group, which this call awaits, to stop.
            Task { await group.triggerGracefulShutdown() }
        }
    }

    /// All routes; errors that reach the top become problem documents without inner details.
    static func router(_ source: any WebSource) -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: LoopbackHostMiddleware())
        ReadAPI(source: source).routes(router)
        return router
    }
}

/// Turns errors into problem documents; what went wrong inside is logged, not shown.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            return problem(error.status, error.body ?? error.status.reasonPhrase)
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return problem(.internalServerError, "internal error; request \(context.id)")
        }
    }
}
