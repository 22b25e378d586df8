public import CMDB
import Notation

/// Why a run did not start. What happens on a host is part of the run's result, not an error.
public struct PlaybookError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cause, fit for branching. New codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// The code's stable name.
        public var description: String { name }

        /// The selector matched no host.
        public static let nothingSelected = Code("nothing-selected")
        /// A name in the limit is none of the selected hosts.
        public static let unknownHost = Code("unknown-host")
        /// A guard refused the run.
        public static let refused = Code("refused")
    }

    /// The cause, fit for branching.
    public let code: Code
    /// What is wrong and what to do, one line for each name.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The same as ``message``.
    public var description: String { message }
}

/// Narrows the hosts of a playbook to those a person names.
public enum HostLimit {
    /// The hosts named by `limit`, in the order of `hosts`; all of them when `limit` is empty.
    ///
    /// - Parameters:
    ///   - limit: keys (`web-01`) or ids (`device/web-01`); each may be a list parted by commas.
    ///   - hosts: what the playbook's selector matched.
    /// - Throws: ``PlaybookError`` `nothingSelected` when there are no hosts, `unknownHost` for names that are none of
    ///   them, with the nearest ones.
    public static func apply(_ limit: [String], to hosts: [ObjectID]) throws(PlaybookError) -> [ObjectID] {
        guard !hosts.isEmpty else {
            throw PlaybookError(
                .nothingSelected,
                "the playbook's hosts: selector matches nothing in the inventory: correct the selector")
        }
        let names = limit.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .map { String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
        guard !limit.isEmpty else { return hosts }
        var chosen: Set<ObjectID> = []
        var unknown: [String] = []
        for name in names {
            let matches = hosts.filter { $0.key == name || $0.description == name }
            if matches.isEmpty {
                let candidates = name.contains("/") ? hosts.map(\.description) : hosts.map(\.key)
                let few = candidates.sorted().prefix(5).joined(separator: ", ") + (candidates.count > 5 ? " …" : "")
                unknown.append(
                    "--limit: \"\(DisplayText.clean(name))\" is none of the \(hosts.count) hosts the playbook selects: "
                        + NearestName.hint(name, in: candidates, otherwise: "they are \(few)"))
            }
            chosen.formUnion(matches)
        }
        guard unknown.isEmpty else { throw PlaybookError(.unknownHost, unknown.joined(separator: "\n")) }
        return hosts.filter(chosen.contains)
    }
}
