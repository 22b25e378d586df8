public import CMDB
import Evidence

/// A list of tasks for a set of hosts, as a person wrote it in YAML; see ``parse(_:file:)`` for the form.
public struct Playbook: Hashable, Sendable {
    /// Short and unique in its folder.
    public let name: String
    /// What it is good for, in one line; may be empty.
    public let description: String
    /// Chooses devices and virtual machines of the inventory.
    public let selector: Selector
    /// In the order in which each host does them.
    public let tasks: [PlaybookTask]
    /// SHA-256 of the file's bytes, hex: names exactly this text in the ledger.
    public let digest: String

    /// Whether any task declares that it changes its host.
    public var changesHosts: Bool { tasks.contains(where: \.changes) }

    /// The machines the selector chooses, by kind and key.
    /// - Throws: ``PlaybookError`` `nothingSelected` when it chooses none, with the names in it that no record bears.
    public func hosts(in snapshot: Snapshot) throws(PlaybookError) -> [ObjectID] {
        let hosts: [ObjectID]
        do {
            hosts = try selector.select(snapshot).map(\.id)
        } catch {
            throw PlaybookError(.nothingSelected, "hosts: of playbook \(name): \(error)")
        }
        guard !hosts.isEmpty else {
            let hints = selector.misspelt(in: snapshot).map { "; \($0)" }.joined()
            throw PlaybookError(
                .nothingSelected, "hosts: \(selector) of playbook \(name) matches nothing in the inventory\(hints)")
        }
        return hosts
    }
}

/// One step on one host.
public struct PlaybookTask: Hashable, Sendable {
    /// What is done.
    public enum Action: Hashable, Sendable {
        /// One line for the login shell of the remote user.
        case command(String)
        /// A text for `/bin/sh -c`.
        case script(String)
        /// The content of one file.
        case fetch(String)

        /// `command`, `script` or `fetch`.
        public var kind: String {
            switch self {
            case .command: "command"
            case .script: "script"
            case .fetch: "fetch"
            }
        }
    }

    /// What must hold for the task to count as done.
    public struct Expectation: Hashable, Sendable {
        /// Exit statuses that count as success; `[0]` unless written otherwise.
        public let exits: [Int]
        /// Texts that standard output must contain, all of them.
        public let contains: [String]
    }

    /// For people, unique in the playbook.
    public let name: String
    /// What is done, with variables put in.
    public let action: Action
    /// Name under which the output stands in the result; nil when it is not kept.
    public let register: String?
    /// What must hold.
    public let expect: Expectation
    /// Whether the host goes on after this task failed.
    public let ignoreErrors: Bool
    /// From the request to the exit status; 30 s unless written otherwise, 1 h at most.
    public let timeout: Duration
    /// Whether it changes the host; such a playbook needs consent.
    public let changes: Bool
}
