import Addressing
import ArgumentParser
import CMDB
import Foundation
import IPAM
import Notation
import Storage

/// Which routing table is meant.
struct VRFOption: ParsableArguments {
    @Option(help: "VRF by slug. Default: the global routing table, or that of the named record.")
    var vrf: String?
}

extension Session {
    /// The day here, as reservations count days.
    var today: String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func pad(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))"
    }

    /// The address space of the inventory. Reservations that files would bring back hold their space.
    func addressBook(_ database: Database) throws -> AddressBook {
        let book = AddressBook(try inventory(database), today: today)
        let lapsed = book.spaces.flatMap(\.lapsed)
        if lapsed.isEmpty { return book }
        let kept = try lapsed.filter { try database.provenance(of: $0)?.position != nil }
        return kept.isEmpty ? book : AddressBook(book.snapshot, today: today, kept: Set(kept))
    }

    /// The routing table's key, empty for the global one; one that does not exist is an error that says what is near.
    func vrf(_ name: String?, in snapshot: Snapshot) throws -> String {
        guard let name, !name.isEmpty else { return "" }
        if snapshot[ObjectID(.vrf, name)] != nil { return name }
        let keys = snapshot.objects(.vrf).map(\.id.key)
        throw CommandFailure(
            .nothingToDo,
            "there is no vrf/\(name) among \(keys.count): "
                + NearestName.hint(name, in: keys, otherwise: "see `hatang inventory list vrf`"))
    }
}

/// What a person named: a block, a segment or a range, in its routing table.
struct AddressTarget {
    let space: AddressSpace
    let pool: AddressSpace.Pool

    /// Reads `10.20.110.0/24`, `prefix/…`, `segment/…`, `ip-range/…` or the slug of a segment.
    init(_ text: String, family: Int?, vrf: String?, in book: AddressBook, _ session: Session) throws {
        let snapshot = book.snapshot
        if let id = ObjectID(text) {
            let object = try InventoryCommand.object(text, in: snapshot)
            space = book[object.text("vrf") ?? ""]
            switch id.kind {
            case .prefix: pool = try Self.pool(object.text("prefix") ?? "", space)
            case .segment: pool = try Self.pool(of: object, family, space)
            case .ipRange:
                guard let range = space.ranges.first(where: { $0.object.id == id }), let pool = space.pool(range) else {
                    throw CommandFailure(.nothingToDo, "\(id): no prefix or segment holds it: add the network first")
                }
                self.pool = pool
            default:
                throw CommandFailure(
                    .usage, "\(id) has no addresses to give: name a prefix, a segment or an ip-range")
            }
            return
        }
        if text.contains("/") {
            space = book[try session.vrf(vrf, in: snapshot)]
            pool = try Self.pool(text, space, elsewhere: book)
            return
        }
        guard let segment = snapshot[ObjectID(.segment, text)] else {
            let keys = snapshot.objects(.segment).map(\.id.key)
            throw CommandFailure(
                .nothingToDo,
                "there is no segment \"\(text)\" among \(keys.count), and it is no prefix such as 10.20.110.0/24: "
                    + NearestName.hint(text, in: keys, otherwise: "see `hatang inventory list segment`"))
        }
        space = book[segment.text("vrf") ?? ""]
        pool = try Self.pool(of: segment, family, space)
    }

    private static func pool(of segment: Object, _ family: Int?, _ space: AddressSpace) throws -> AddressSpace.Pool {
        let networks = [4: segment.text("ipv4_prefix"), 6: segment.text("ipv6_prefix")].compactMapValues { $0 }
        if let family {
            guard let network = networks[family] else {
                throw CommandFailure(.nothingToDo, "\(segment.id) has no ipv\(family)_prefix: give it one first")
            }
            return try pool(network, space)
        }
        guard let network = networks.values.first else {
            throw CommandFailure(
                .nothingToDo, "\(segment.id) has neither ipv4_prefix nor ipv6_prefix: give it one first")
        }
        guard networks.count == 1 else {
            throw CommandFailure(
                .usage, "\(segment.id) has \(networks[4] ?? "") and \(networks[6] ?? ""): add --family 4 or --family 6")
        }
        return try pool(network, space)
    }

    private static func pool(
        _ text: String, _ space: AddressSpace, elsewhere book: AddressBook? = nil
    ) throws -> AddressSpace.Pool {
        let prefix = try Self.prefix(text)
        if let pool = space.pool(prefix) { return pool }
        let others = book?.spaces.filter { $0.pool(prefix) != nil && !$0.vrf.isEmpty }.map(\.vrf) ?? []
        throw CommandFailure(
            .nothingToDo,
            "no prefix or segment of \(Self.name(space.vrf)) holds \(prefix): "
                + (others.isEmpty
                    ? "add it to the inventory first (\(space.networks.count) networks are there)"
                    : "one of VRF \(others.joined(separator: ", ")) does, add --vrf \(others[0])"))
    }

    /// A block as a person wrote it.
    static func prefix(_ text: String) throws -> Prefix {
        do {
            return try Prefix(text)
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }

    /// The routing table in words.
    static func name(_ vrf: String) -> String { vrf.isEmpty ? "the global routing table" : "VRF \(vrf)" }
}

/// A block to divide: what `prefix` commands are about.
struct BlockTarget {
    let space: AddressSpace
    let parent: Prefix
    /// The innermost network around it or equal to it.
    let home: AddressSpace.Network?
    /// The aggregate around it, in the global routing table.
    let aggregate: Object?

    /// Reads `10.20.0.0/16`, `prefix/…` or `aggregate/…`. One that the inventory knows nothing of is an error.
    init(_ text: String, vrf: String?, in book: AddressBook, _ session: Session) throws {
        let snapshot = book.snapshot
        if ObjectID(text) != nil {
            let object = try InventoryCommand.object(text, in: snapshot)
            guard [.prefix, .aggregate].contains(object.id.kind), let block = object.text("prefix") else {
                throw CommandFailure(.usage, "\(object.id) cannot be divided: name a prefix or an aggregate")
            }
            space = book[object.text("vrf") ?? ""]
            parent = try AddressTarget.prefix(block)
        } else {
            space = book[try session.vrf(vrf, in: snapshot)]
            parent = try AddressTarget.prefix(text)
        }
        let (space, parent) = (space, parent)
        home = space.chain(of: parent).last { !space.lapsed.contains($0.object.id) }
        aggregate = snapshot.objects(.aggregate).first { object in
            object.text("prefix").flatMap { try? Prefix($0) }?.contains(parent) ?? false
        }
        if home == nil, aggregate == nil, space.networks(in: parent).isEmpty {
            let others = book.spaces.filter { !$0.vrf.isEmpty && !$0.chain(of: parent).isEmpty }.map(\.vrf)
            throw CommandFailure(
                .nothingToDo,
                "\(AddressTarget.name(space.vrf)) knows nothing of \(parent): "
                    + (others.isEmpty
                        ? "record it as a prefix with status: container, or as an aggregate"
                        : "VRF \(others.joined(separator: ", ")) does, add --vrf \(others[0])"))
        }
    }
}

/// Numbers of addresses, which may need 128 bits.
enum AddressCount {
    /// A JSON number as long as every reader keeps it exact (below 2^53), else a text of decimal digits.
    static func json(_ count: UInt128?) -> JSONValue {
        guard let count else { return .string("340282366920938463463374607431768211456") }
        return count < 1 << 53 ? .int(Int64(count)) : .string(String(count))
    }

    /// For people: `254`, else a power of two when it is one.
    static func text(_ count: UInt128?) -> String {
        guard let count else { return "2^128" }
        if count < 10_000_000 { return String(count) }
        if count.nonzeroBitCount == 1 { return "2^\(count.trailingZeroBitCount)" }
        return String(format: "%.3g", Double(count))
    }
}

/// Completes prefixes, segments and tenants from the inventory of the default data folder.
enum AddressCompletion {
    @Sendable static func targets(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        networks(words, index, prefix) + keys(.segment) + keys(.ipRange).map { "ip-range/" + $0 }
    }

    @Sendable static func networks(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        snapshot?.objects(.prefix).compactMap { $0.text("prefix") } ?? []
    }

    @Sendable static func tenants(_ words: [String], _ index: Int, _ prefix: String) -> [String] { keys(.tenant) }

    @Sendable static func interfaces(_ words: [String], _ index: Int, _ prefix: String) -> [String] { keys(.interface) }

    private static func keys(_ kind: Kind) -> [String] { snapshot?.objects(kind).map(\.id.key) ?? [] }

    private static var snapshot: Snapshot? {
        guard let options = try? GlobalOptions.parse([]), let session = try? Session(options: options) else {
            return nil
        }
        return try? session.database().snapshot()
    }
}
