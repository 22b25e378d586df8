import Addressing
import CMDB
import Evidence
import Remote
import Synchronization

/// One ask of a schedule, done.
struct SingleAsk: Sendable {
    let ending: ScheduleEnding
    let roundTrip: Duration?
    /// Nil for a greeting.
    let result: ProbeResult?
}

extension ProbeRunner {
    /// Does what a schedule wants begun.
    ///
    /// A greeting is the cheapest thing the pair can be asked: an echo request, a GET of sysUpTime, a TCP connection;
    /// whatever comes back, an answer is an answer.
    func ask(_ pair: ProbePair, _ start: ScheduleStart) async -> SingleAsk {
        switch start.purpose {
        case .greeting: await greet(pair, start.timeout)
        case .turn: await turn(pair, start.timeout)
        }
    }

    private func turn(_ pair: ProbePair, _ timeout: Duration) async -> SingleAsk {
        let watch = Stopwatch()
        let timed = ProbeRunner(
            Adapters(
                snmp: TimedSNMP(client: adapters.snmp, timeout: timeout, watch: watch), shell: adapters.shell,
                tls: adapters.tls, tcp: TimedTCP(connector: adapters.tcp, longest: timeout, watch: watch),
                icmp: adapters.icmp.map { TimedICMP(echoer: $0, longest: timeout, watch: watch) },
                http: adapters.http, dns: adapters.dns, ntp: adapters.ntp, smtp: adapters.smtp,
                database: adapters.database), now: now)
        var book = Notebook(pair, now: now)
        var door = SessionDoor(shell: adapters.shell)
        await timed.collect(pair, &door, &book)
        await door.close()
        let result = Self.result(book)
        return SingleAsk(
            ending: Self.ending(book.collected), roundTrip: watch.longest, result: result)
    }

    private static func ending(_ collected: Collected) -> ScheduleEnding {
        guard let error = collected.error else { return .answered }
        let inHand = (!collected.facts.isEmpty || !collected.samples.isEmpty) && !collected.saysSilence
        switch error.code {
        case .timeout, .unreachable: return inHand ? .slow : .silent
        case .cancelled, .local, .unsupported: return inHand ? .answered : .unknown
        default: return .answered
        }
    }

    private func greet(_ pair: ProbePair, _ timeout: Duration) async -> SingleAsk {
        let subject = pair.target.id.description
        let clock = ContinuousClock()
        let begin = clock.now
        do {
            switch pair.access {
            case .snmp(let target):
                _ = try await adapters.snmp.get([OID.sysUpTime], from: target.waiting(timeout, retries: 0))
            case .icmp:
                guard let icmp = adapters.icmp else { throw missingAdapter("ICMP", pair) }
                let report = try await icmp.echo(
                    pair.endpoint.address, subject: subject, count: 1, interval: .zero, timeout: timeout)
                guard report.received > 0 else {
                    throw RemoteError(.timeout, subject: subject, message: "no answer to an echo request")
                }
            case .ssh(let target) where !target.jumps.isEmpty:
                // There is no direct way to it.
                await (try adapters.shell.open(target)).close()
            case .dns, .ntp:
                // Over UDP there is nothing cheaper than the question itself.
                var book = Notebook(pair, now: now)
                var door = SessionDoor(shell: adapters.shell)
                await collect(pair, &door, &book)
                if let error = book.collected.error { throw error }
            case .ssh, .tls, .tcp, .http, .smtp, .database:
                _ = try await adapters.tcp.connect(pair.endpoint, subject: subject, timeout: timeout)
            }
            return SingleAsk(ending: .answered, roundTrip: begin.duration(to: clock.now), result: nil)
        } catch {
            let ending: ScheduleEnding =
                switch remoteError(error, pair).code {
                case .timeout, .unreachable: .silent
                case .cancelled, .local, .unsupported: .unknown
                default: .answered
                }
            return SingleAsk(ending: ending, roundTrip: nil, result: nil)
        }
    }
}

extension OID {
    /// sysUpTime.0 (RFC 3418).
    fileprivate static var sysUpTime: OID { [1, 3, 6, 1, 2, 1, 1, 3, 0] }
}

extension SNMPTarget {
    fileprivate func waiting(_ timeout: Duration, retries: Int) -> SNMPTarget {
        SNMPTarget(
            subject: subject, endpoint: endpoint, credential: credential, timeout: timeout, retries: retries,
            maxRepetitions: maxRepetitions)
    }
}

/// The longest of the exchanges that were measured.
private final class Stopwatch: Sendable {
    private let state = Mutex<Duration?>(nil)
    var longest: Duration? { state.withLock { $0 } }

    /// Karn's rule: what took less than one timeout cannot have been sent twice.
    func measured(_ duration: Duration, below timeout: Duration) {
        guard duration < timeout else { return }
        state.withLock { $0 = max($0 ?? .zero, duration) }
    }
}

private struct TimedSNMP: SNMPClient {
    let client: any SNMPClient
    let timeout: Duration
    let watch: Stopwatch

    /// The exchange with the target's patience as the schedule has measured it.
    private func timed<T: Sendable>(_ target: SNMPTarget, _ body: (SNMPTarget) async throws -> T) async throws -> T {
        let clock = ContinuousClock()
        let begin = clock.now
        let value = try await body(target.waiting(timeout, retries: 1))
        watch.measured(begin.duration(to: clock.now), below: timeout)
        return value
    }

    func get(_ oids: [OID], from target: SNMPTarget) async throws -> [VarBind] {
        try await timed(target) { try await client.get(oids, from: $0) }
    }

    // Several exchanges: their sum is an upper bound of each.
    func walk(_ root: OID, from target: SNMPTarget, limit: Int) async throws -> [VarBind] {
        try await timed(target) { try await client.walk(root, from: $0, limit: limit) }
    }

    func table(_ columns: [OID], from target: SNMPTarget, limit: Int) async throws -> [[VarBind]] {
        try await timed(target) { try await client.table(columns, from: $0, limit: limit) }
    }
}

private struct TimedTCP: TCPConnector {
    let connector: any TCPConnector
    let longest: Duration
    let watch: Stopwatch

    func connect(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> Duration {
        let duration = try await connector.connect(endpoint, subject: subject, timeout: min(timeout, longest))
        watch.measured(duration, below: longest)
        return duration
    }
}

private struct TimedICMP: ICMPEchoer {
    let echoer: any ICMPEchoer
    let longest: Duration
    let watch: Stopwatch

    func echo(_ address: IPAddress, subject: String, count: Int, interval: Duration, timeout: Duration) async throws
        -> EchoReport
    {
        let report = try await echoer.echo(
            address, subject: subject, count: count, interval: interval, timeout: min(timeout, longest))
        for trip in report.roundTrips { watch.measured(trip, below: longest) }
        return report
    }
}
