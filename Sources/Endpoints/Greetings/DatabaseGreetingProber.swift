public import Remote

/// Asks database servers for as much as they tell before a log-in, and leaves.
///
/// A MySQL server counts connections that end without a log-in, per client address, and after `max_connect_errors` of
/// them in a row (100 by default) refuses that address until somebody logs in from there or `FLUSH HOSTS` is said; its
/// refusal then is the greeting's `problem`. Servers with `skip_name_resolve` do not count.
public struct DatabaseGreetingProber: DatabaseGreeter {
    private let loops: EndpointLoops

    /// Uses the threads of `loops`.
    public init(_ loops: EndpointLoops) { self.loops = loops }

    /// One greeting. A server that answers with an error of its own protocol is alive: that is the greeting's `problem`.
    public func greet(_ endpoint: Endpoint, as engine: DatabaseGreeting.Engine, subject: String, timeout: Duration)
        async throws -> DatabaseGreeting
    {
        let started = ContinuousClock.now
        let (heard, moment) = try await Conversation.hold(
            loops, endpoint, subject: subject, timeout: timeout, limit: 2 * DatabaseWire.limit
        ) { talk in
            try await talk.ask(engine == .postgresql ? DatabaseWire.postgreSQLRequest : []) {
                bytes -> ((DatabaseWire.Heard, ContinuousClock.Instant), taken: Int)? in
                let heard = engine == .postgresql ? try DatabaseWire.postgreSQL(bytes) : try DatabaseWire.mySQL(bytes)
                return heard.map { (($0.0, .now), $0.taken) }
            }
        }
        return DatabaseGreeting(
            engine: engine, version: heard.version, offersTLS: heard.offersTLS, problem: heard.problem,
            duration: started.duration(to: moment))
    }
}
