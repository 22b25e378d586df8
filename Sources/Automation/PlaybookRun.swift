public import CMDB
public import Evidence

/// What became of a playbook on its hosts.
public struct PlaybookRun: Hashable, Sendable {
    /// How one task ended on one host.
    public enum TaskStatus: String, Hashable, Sendable, CaseIterable {
        /// Done, and what was expected holds.
        case ok
        /// Ran, and what was expected does not hold, or ran out of time.
        case failed
        /// As `failed`, but the playbook says to go on.
        case ignored
        /// The connection was not there, or broke.
        case unreachable
        /// Not tried, because the host had ended before.
        case skipped
    }

    /// How a host ended.
    public enum HostStatus: String, Hashable, Sendable, CaseIterable {
        /// Every task done, or its failure ignored.
        case ok
        /// A task failed; the later ones were skipped.
        case failed
        /// No session, or it broke.
        case unreachable
        /// The run was cancelled before the host had ended.
        case cancelled
    }

    /// One task on one host.
    public struct TaskResult: Hashable, Sendable {
        /// Name of the task.
        public let task: String
        /// Its `register`, if it has one.
        public let register: String?
        /// How it ended.
        public let status: TaskStatus
        /// Whether it declares changes and was run.
        public let changed: Bool
        /// `exit 0`, `signal KILL`; nil when no command ended.
        public let termination: String?
        /// What went wrong, cleaned for display; empty when nothing did.
        public let message: String
        /// Untrusted bytes of the host, as they came; clean them with ``DisplayText`` before showing them.
        public let stdout: [UInt8]
        /// Untrusted bytes of the host, as they came.
        public let stderr: [UInt8]
        /// From the request to the exit status; zero when it was not run.
        public let duration: Duration
    }

    /// All tasks of one host.
    public struct HostResult: Hashable, Sendable {
        /// Which host.
        public let host: ObjectID
        /// How it ended.
        public let status: HostStatus
        /// Why it is not `ok`, cleaned for display; empty when it is.
        public let message: String
        /// One per task of the playbook, in its order.
        public let tasks: [TaskResult]

        /// How many tasks ended so.
        public func count(_ status: TaskStatus) -> Int { tasks.count { $0.status == status } }
        /// How many tasks that declare changes were run.
        public var changed: Int { tasks.count(where: \.changed) }
    }

    /// The whole run in one word, in the order in which exit codes rank.
    public enum Outcome: String, Hashable, Sendable {
        /// Cancelled before the end.
        case interrupted
        /// At least one host failed.
        case failed
        /// At least one host was unreachable, none failed.
        case unreachable
        /// Every host ended `ok`, and there was at least one.
        case complete
    }

    /// Name of the playbook.
    public let playbook: String
    /// SHA-256 of its text.
    public let digest: String
    /// In the order asked for.
    public let hosts: [HostResult]
    /// When it began.
    public let started: Timestamp
    /// When it ended.
    public let ended: Timestamp

    /// How many hosts ended so.
    public func count(_ status: HostStatus) -> Int { hosts.count { $0.status == status } }

    /// The whole run in one word.
    public var outcome: Outcome {
        if hosts.isEmpty || count(.cancelled) > 0 { return .interrupted }
        if count(.failed) > 0 { return .failed }
        return count(.unreachable) > 0 ? .unreachable : .complete
    }
}
