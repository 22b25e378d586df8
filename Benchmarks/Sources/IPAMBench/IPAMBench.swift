import Addressing
import BenchSupport
import CMDB
import Foundation
import IPAM
import Notation

/// The input of both sides.
struct Input: Encodable {
    let parent: String
    let taken: [String]
}

/// What the peer measured and found; nil where netaddr is not installed.
struct PeerReport: Decodable {
    let python: String
    let netaddr: String?
    let nanoseconds: Double?
    let blocks: Int?
    let sum: UInt64?
}

/// NetBox 4.6 over its REST API on the same kind of machine, measured once; wall clock, in nanoseconds.
enum NetBox {
    /// `available-prefixes` of a prefix with 2,000 children.
    static let nextPrefix = 54e6
    /// The utilisation column of 1,000 prefixes.
    static let utilisation = 1.3e9
}

@main
enum IPAMBench {
    /// The most that free space of a /44 with 100,000 /64 taken may cost, in nanoseconds of CPU.
    static let limit = 50e6

    static func main() throws {
        let input = try makeInput(taken: 100_000)
        let file = FileManager.default.temporaryDirectory.appending(path: "ipam-bench-\(getpid()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONEncoder().encode(input).write(to: file)

        let parent = try Prefix(input.parent)
        let taken = try input.taken.map { try Prefix($0) }
        let (search, free) = best(count: 1) { FreeSpace(parent: parent, taken: AddressSet(taken)) }
        let snapshot = Snapshot(objects(parent: input.parent, input.taken))
        let (whole, again) = best(count: 1) {
            AddressBook(snapshot, today: "2026-11-21")[""].freeSpace(in: parent)
        }
        guard free == again, !free.isEmpty else { throw BenchFailure("two ways to the free space, two answers") }

        let peer = try JSONDecoder().decode(PeerReport.self, from: try runPythonPeer("ipam.py", [file.path]))
        if let blocks = peer.blocks, let sum = peer.sum {
            let ours = free.blocks.reduce(into: UInt64(0)) { $0 &+= number($1) &* 131 &+ UInt64($1.length) }
            guard blocks == free.blocks.count, sum == ours else {
                throw BenchFailure("ours \(free.blocks.count) blocks, sum \(ours); netaddr \(blocks), sum \(sum)")
            }
        }
        let name = peer.netaddr.map { "netaddr \($0), Python \(peer.python)" } ?? "netaddr (not installed)"
        printTable(
            "Addresses: free space of \(parent) with \(taken.count) /64 taken leaves \(free.blocks.count) blocks; ns of CPU",
            [
                BenchRow("free space, from prefixes", peer: name, ours: search, theirs: peer.nanoseconds),
                BenchRow("free space, from the inventory", peer: name, ours: whole, theirs: peer.nanoseconds),
                try nextPrefix(), try utilisation(),
            ])
        if peer.netaddr == nil { print("netaddr is not installed for this Python; see Benchmarks/README.md.") }
        guard search <= limit else { throw BenchFailure("more than \(limit / 1e6) ms: \(search / 1e6) ms") }
    }

    /// The next free /28 of a /16 in which 2,000 stand, from the inventory.
    static func nextPrefix() throws -> BenchRow {
        let parent = try Prefix("10.0.0.0/16")
        let used = try parent.subprefixes(length: 28).prefix(2_000).map(\.description)
        let snapshot = Snapshot(objects(parent: parent.description, used))
        let (time, found) = try best(count: 1) {
            try AddressBook(snapshot, today: "2026-11-21")[""].freeSpace(in: parent).next(length: 28)
        }
        guard found == (try parent.subprefixes(length: 28).part(2_000)) else {
            throw BenchFailure("the next /28 is \(found.map(\.description) ?? "nowhere")")
        }
        return BenchRow("next prefix, 2,000 used", peer: "NetBox, wall clock", ours: time, theirs: NetBox.nextPrefix)
    }

    /// How full 1,000 /24 with 20 addresses each are, and the /12 around them, from the inventory.
    static func utilisation() throws -> BenchRow {
        let parent = try Prefix("10.0.0.0/12")
        let networks = try parent.subprefixes(length: 24).prefix(1_000)
        var all = objects(parent: parent.description, networks.map(\.description))
        for network in networks {
            for host in 1...20 {
                let text = "\(try network.address(at: UInt128(host)))/24"
                all.append(
                    Object(
                        id: ObjectID(.ipAddress, text), fields: ["address": .string(text), "status": "active"]))
            }
        }
        let snapshot = Snapshot(all)
        let (time, found) = best(count: 1) { AddressBook(snapshot, today: "2026-11-21")[""].utilisations() }
        guard found.count == 1_001, found.first?.used == 256_000, found.dropFirst().allSatisfy({ $0.used == 20 }) else {
            throw BenchFailure("utilisation is counted wrong")
        }
        return BenchRow(
            "utilisation, 1,000 prefixes", peer: "NetBox, wall clock", ours: time, theirs: NetBox.utilisation)
    }

    static func objects(parent: String, _ prefixes: [String]) -> [Object] {
        [
            Object(
                id: ObjectID(.prefix, parent), fields: ["prefix": .string(parent), "status": "container"])
        ]
            + prefixes.map { text in
                Object(id: ObjectID(.prefix, text), fields: ["prefix": .string(text), "status": "active"])
            }
    }

    static func number(_ prefix: Prefix) -> UInt64 {
        guard case .v6(let address) = prefix.first else { return 0 }
        return UInt64(truncatingIfNeeded: address.rawValue >> 64)
    }

    /// Any 100,000 of the 1,048,576 /64 in a /44.
    static func makeInput(taken count: Int) throws -> Input {
        var random = FixedGenerator(seed: 0x4854_2026)
        let parent = try Prefix("2001:db8:1230::/44")
        var numbers: Set<UInt128> = []
        while numbers.count < count { numbers.insert(UInt128(random.next() >> 44)) }
        let parts = try parent.subprefixes(length: 64)
        let taken = try numbers.sorted().map { try parts.part($0).description }
        return Input(parent: parent.description, taken: taken.shuffled(using: &random))
    }
}
