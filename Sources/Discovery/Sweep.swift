public import Addressing
public import Remote
import Synchronization

/// A way to ask an agent, and what to call it on screen; the credential itself is never shown.
public struct SweepCredential: Sendable {
    /// For people: `v2c #1`, `v3 monitor`.
    public let label: String
    /// The credential.
    public let credential: SNMPCredential

    /// Creates it.
    public init(label: String, _ credential: SNMPCredential) {
        self.label = label
        self.credential = credential
    }
}

/// What a sweep found at one address.
public struct SweptHost: Sendable {
    /// Where.
    public let address: IPAddress
    /// Round trip of the echo; nil: no answer, or not asked.
    public let echo: Duration?
    /// Ports that took a connection.
    public let openPorts: [UInt16]
    /// Whether a port refused a connection: somebody is there.
    public let refusedPort: Bool
    /// The agent that answered, ready to be asked more; nil: none.
    public let agent: SNMPTarget?
    /// Which of the credentials it took.
    public let credential: String?
    /// What an SNMP question ended with when no credential was taken; nil when one was, or when none was given.
    public let agentProblem: RemoteError?

    /// Whether anything at all answered.
    public var isAlive: Bool { echo != nil || !openPorts.isEmpty || refusedPort || agent != nil }
}

/// What a sweep did, with its denominators.
public struct SweepReport: Sendable {
    /// Those that answered anything, by address.
    public let alive: [SweptHost]
    /// Addresses asked.
    public let asked: Int
    /// Addresses not asked, because the sweep was broken off.
    public let notAsked: Int
    /// Addresses that the guard did not let us talk to.
    public let refusedByGuard: Int
    /// Why there were no echo requests; nil when there were.
    public let echoProblem: String?

    /// Addresses that answered nothing.
    public var silent: Int { asked - alive.count }
}

/// Asks every address of a plan: one echo request, one SNMP question per credential until one is taken, connections to
/// a few ports where something must be told alive from dead.
public struct Sweep: Sendable {
    /// What is asked and how hard.
    public struct Options: Sendable {
        /// Tried in this order; the first that is taken is used.
        public var credentials: [SweepCredential] = []
        /// UDP port of agents.
        public var snmpPort: UInt16 = 161
        /// TCP ports to try.
        public var ports: [UInt16] = [22, 443]
        /// Of each single question.
        public var timeout: Duration = .seconds(1)
        /// Further tries of an SNMP question.
        public var retries = 1
        /// Addresses asked at the same time.
        public var concurrency = 256
        /// The defaults.
        public init() {}
    }

    private let snmp: any SNMPClient
    private let echoer: (any ICMPEchoer)?
    private let connector: any TCPConnector
    private let options: Options
    private let allowed: @Sendable (IPAddress) -> Bool

    /// Creates a sweep.
    /// - Parameter allowed: the guard; an address it refuses is never contacted.
    public init(
        snmp: any SNMPClient, echoer: (any ICMPEchoer)?, connector: any TCPConnector, options: Options,
        allowed: @escaping @Sendable (IPAddress) -> Bool
    ) {
        self.snmp = snmp
        self.echoer = echoer
        self.connector = connector
        self.options = options
        self.allowed = allowed
    }

    /// sysObjectID, sysName (RFC 3418): what every agent has.
    static let question: [OID] = [[1, 3, 6, 1, 2, 1, 1, 2, 0], [1, 3, 6, 1, 2, 1, 1, 5, 0]]

    /// Runs. It never throws: silence is a result. When the calling task is cancelled, what was found so far is in the
    /// report and `notAsked` tells the rest.
    /// - Parameter progress: called with the number of addresses done, from any thread.
    public func run(_ plan: SweepPlan, progress: @escaping @Sendable (Int) -> Void = { _ in }) async -> SweepReport {
        let permitted = plan.addresses.filter(allowed)
        let noEcho = Said(echoer == nil ? "no echo requests were asked for" : nil)
        var alive: [SweptHost] = []
        var asked = 0
        await withTaskGroup(of: SweptHost?.self) { group in
            var waiting = permitted[...]
            func start() {
                guard !Task.isCancelled, let address = waiting.popFirst() else { return }
                group.addTask { await self.ask(address, noEcho) }
            }
            for _ in 0..<max(1, options.concurrency) { start() }
            while let host = await group.next() {
                if let host {
                    asked += 1
                    if host.isAlive { alive.append(host) }
                    progress(asked)
                }
                start()
            }
        }
        return SweepReport(
            alive: alive.sorted { $0.address < $1.address }, asked: asked, notAsked: permitted.count - asked,
            refusedByGuard: plan.addresses.count - permitted.count, echoProblem: noEcho.text)
    }

    /// Nil when it was broken off before anything answered.
    private func ask(_ address: IPAddress, _ noEcho: Said) async -> SweptHost? {
        async let agent = findAgent(address)
        async let ports = tryPorts(address)
        var echo: Duration?
        if let echoer, noEcho.text == nil {
            do {
                let report = try await echoer.echo(
                    address, subject: address.description, count: 1, interval: .zero, timeout: options.timeout)
                echo = report.roundTrips.first
            } catch let error as RemoteError where error.code == .unsupported {
                noEcho.say(error.message)
            } catch {}
        }
        let (found, connected) = await (agent, ports)
        let host = SweptHost(
            address: address, echo: echo, openPorts: connected.open, refusedPort: connected.refused,
            agent: found.target, credential: found.label, agentProblem: found.problem)
        return Task.isCancelled && !host.isAlive ? nil : host
    }

    private struct Agent {
        var target: SNMPTarget?
        var label: String?
        var problem: RemoteError?
    }

    private func findAgent(_ address: IPAddress) async -> Agent {
        var last: RemoteError?
        for candidate in options.credentials {
            if Task.isCancelled { break }
            let target = SNMPTarget(
                subject: address.description, endpoint: Endpoint(address: address, port: options.snmpPort),
                credential: candidate.credential, timeout: options.timeout, retries: options.retries)
            do {
                _ = try await snmp.get(Self.question, from: target)
                return Agent(target: target, label: candidate.label)
            } catch let error as RemoteError {
                // A closed port is closed for every credential.
                last = error
                if error.code == .refused || error.code == .unreachable { break }
                // The agent answered with an error of its own: it is there, and took the credential.
                if error.code == .remote { return Agent(target: target, label: candidate.label) }
            } catch {
                break
            }
        }
        return Agent(problem: last)
    }

    private func tryPorts(_ address: IPAddress) async -> (open: [UInt16], refused: Bool) {
        var open: [UInt16] = []
        var refused = false
        for port in options.ports {
            if Task.isCancelled { break }
            do {
                _ = try await connector.connect(
                    Endpoint(address: address, port: port), subject: address.description, timeout: options.timeout)
                open.append(port)
            } catch let error as RemoteError {
                if error.code == .refused { refused = true }
                // Nobody is there, or a firewall eats everything: further ports would only cost time.
                if error.code == .unreachable || error.code == .timeout && open.isEmpty && !refused { break }
            } catch {
                break
            }
        }
        return (open.sorted(), refused)
    }
}

/// Why there are no echo requests, once somebody has found out.
private final class Said: Sendable {
    private let kept: Mutex<String?>
    init(_ text: String?) { kept = Mutex(text) }
    var text: String? { kept.withLock { $0 } }
    func say(_ text: String) { kept.withLock { $0 = text } }
}
