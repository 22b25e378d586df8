public import CMDB
import Notation
public import Remote

/// Why a probe is not run against an object.
public struct ProbeSkip: Sendable, Equatable {
    /// The cause, fit for branching.
    public enum Reason: String, Sendable, CaseIterable {
        /// The probe's `applies_to` does not find this object, which the caller has chosen.
        case doesNotApply = "does-not-apply"
        /// The object's `monitoring` says nothing about this protocol.
        case noMonitoring = "no-monitoring"
        /// It has no address.
        case noAddress = "no-address"
        /// No credential is named, or the secret it names is not in the store.
        case noCredential = "no-credential"
        /// Its `monitoring` cannot be used as it is written.
        case badMonitoring = "bad-monitoring"
        /// The guard does not let us talk to that endpoint.
        case refusedByGuard = "refused-by-guard"

        /// Whether the work was wanted and could not be done: a run with such skips is partial.
        public var isGap: Bool { self != .doesNotApply && self != .noMonitoring }
    }
    /// The probe's name.
    public let probe: String
    /// Whom it would have asked.
    public let target: ObjectID
    /// Why not.
    public let reason: Reason
    /// What is missing and what to do; no secrets.
    public let detail: String
}

/// A plan could not be made.
public struct ProbePlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cause, fit for branching.
    public enum Code: String, Sendable {
        /// A probe name that does not exist (exit code 64).
        case unknownProbe = "unknown-probe"
        /// No probe met any object, or all were skipped (exit code 6).
        case nothingToDo = "nothing-to-do"
    }
    /// The cause.
    public let code: Code
    /// What happened and what to do next.
    public let message: String
    /// What was left out, for the denominator; empty for `unknownProbe`.
    public let skipped: [ProbeSkip]
    /// The message.
    public var description: String { message }
}

/// What a run will do and what it will leave out, and why. Made without talking to any machine.
public struct ProbePlan: Sendable {
    /// In order of target, then probe, then port, then address.
    public let pairs: [ProbePair]
    /// In order of target, then probe.
    public let skipped: [ProbeSkip]

    /// Everything that planning needs to look at.
    public struct Context: Sendable {
        /// The inventory.
        public let snapshot: Snapshot
        /// Evaluates selectors over it.
        public let query: ObjectQuery
        /// The secret store.
        public let secrets: any SecretResolver
        /// Recorded host keys.
        public let hostKeys: any HostKeyResolver
        /// Whether we may talk to an endpoint (loopback-only mode and the like).
        public let allowed: @Sendable (Endpoint) -> Bool
        /// The login name where `monitoring.ssh_user` is absent, as ssh(1) takes that of the local user.
        public let defaultSSHUser: String?

        /// Creates a context.
        public init(
            snapshot: Snapshot, query: @escaping ObjectQuery, secrets: any SecretResolver,
            hostKeys: any HostKeyResolver, defaultSSHUser: String? = nil,
            allowed: @escaping @Sendable (Endpoint) -> Bool = { _ in true }
        ) {
            self.snapshot = snapshot
            self.query = query
            self.secrets = secrets
            self.hostKeys = hostKeys
            self.defaultSSHUser = defaultSSHUser
            self.allowed = allowed
        }
    }

    /// Joins probes and objects.
    /// - Parameters:
    ///   - library: the probes there are.
    ///   - names: only these probes; empty: all.
    ///   - target: only objects this selector finds; nil: whatever the probes apply to.
    /// - Throws: ``ProbePlanError``; what the query throws for a selector that cannot be read.
    public init(_ library: ProbeLibrary, names: [String] = [], target: String? = nil, in context: Context) throws {
        let probes = try Self.choose(names, from: library)
        let chosen = try target.map { try context.query($0) }
        if let chosen, let target, chosen.isEmpty {
            throw ProbePlanError(
                code: .nothingToDo, message: "selector \"\(target)\" finds no object: check its spelling", skipped: [])
        }
        var pairs: [ProbePair] = []
        var skipped: [ProbeSkip] = []
        for probe in probes {
            let applicable = try Self.applicable(probe, context)
            let ids = Set(applicable.map(\.id))
            for object in chosen ?? applicable {
                guard ids.contains(object.id) else {
                    let rule = probe.appliesTo.joined(separator: " | ")
                    skipped.append(
                        ProbeSkip(
                            probe: probe.name, target: object.id, reason: .doesNotApply,
                            detail: "the probe applies to \(rule)"))
                    continue
                }
                let planned = AccessPlanner(kind: probe.kind, timeout: probe.timeout, object: object, context: context)
                    .plan(probe)
                pairs += planned.pairs
                skipped += planned.skipped
            }
        }
        if pairs.isEmpty {
            let asked = probes.map(\.name).joined(separator: ", ")
            throw ProbePlanError(
                code: .nothingToDo,
                message: "no probe has anything to ask: probes \(asked), \(skipped.count) left out"
                    + Self.summary(skipped),
                skipped: skipped)
        }
        self.pairs = pairs.sorted {
            ($0.target.id, $0.probe.name, $0.endpoint.port, $0.endpoint.address)
                < ($1.target.id, $1.probe.name, $1.endpoint.port, $1.endpoint.address)
        }
        self.skipped = skipped.sorted { ($0.target, $0.probe) < ($1.target, $1.probe) }
    }

    /// Pairs and skips together: what the selectors found.
    public var asked: Int { pairs.count + skipped.count }

    private static func choose(_ names: [String], from library: ProbeLibrary) throws -> [ProbeDefinition] {
        if names.isEmpty { return library.probes }
        let known = library.probes.map(\.name)
        for name in names where library[name] == nil {
            let hint = NearestName.hint(name, in: known, otherwise: "there are \(known.joined(separator: ", "))")
            throw ProbePlanError(
                code: .unknownProbe, message: "there is no probe \"\(name)\": \(hint)", skipped: [])
        }
        return library.probes.filter { names.contains($0.name) }
    }

    private static func applicable(_ probe: ProbeDefinition, _ context: Context) throws -> [Object] {
        var seen: Set<ObjectID> = []
        var out: [Object] = []
        for selector in probe.appliesTo {
            for object in try context.query(selector) where seen.insert(object.id).inserted { out.append(object) }
        }
        return out.sorted { $0.id < $1.id }
    }

    private static func summary(_ skipped: [ProbeSkip]) -> String {
        let parts = ProbeSkip.Reason.allCases.compactMap { reason -> String? in
            let count = skipped.count { $0.reason == reason }
            return count == 0 ? nil : "\(count) \(reason.rawValue)"
        }
        return parts.isEmpty ? ": no object is what they apply to" : ": " + parts.joined(separator: ", ")
    }
}
