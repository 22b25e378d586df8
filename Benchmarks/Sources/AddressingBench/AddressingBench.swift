import Addressing
import BenchSupport
import Foundation

/// The input of both sides.
struct Input: Encodable {
    let v4: [String]
    let v6: [String]
    let prefixes: [String]
    let probes: [String]
}

/// What the peer measured (nanoseconds for one piece of work) and found (sums that must equal ours).
struct PeerReport: Decodable {
    let python: String
    let radix: String?
    let nanoseconds: [String: Double]
    let sums: [String: UInt64]
}

@main
enum AddressingBench {
    static func main() throws {
        let input = try makeInput(addresses: 200_000, prefixes: 100_000)
        let file = FileManager.default.temporaryDirectory.appending(path: "addressing-bench-\(getpid()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONEncoder().encode(input).write(to: file)

        let ours = try measure(input)
        let peer = try JSONDecoder().decode(PeerReport.self, from: try runPythonPeer("addressing.py", [file.path]))
        for (work, sum) in peer.sums where ours.sums[work] != sum {
            throw BenchFailure("\(work): ours \(ours.sums[work].map(String.init) ?? "nothing"), the peer \(sum)")
        }
        let library = "ipaddress, Python \(peer.python)"
        let radix = peer.radix.map { "py-radix \($0)" } ?? "py-radix (not installed)"
        func row(_ title: String, _ work: String, _ name: String, as theirs: String? = nil) -> BenchRow {
            BenchRow(title, peer: name, ours: ours.times[work] ?? .nan, theirs: peer.nanoseconds[theirs ?? work])
        }
        printTable(
            "Addressing: \(input.v4.count) IPv4 and \(input.v6.count) IPv6 addresses, \(input.prefixes.count) prefixes, "
                + "\(input.probes.count) look-ups; ns of CPU for one",
            [
                row("parse IPv4", "parse4", library), row("parse IPv6", "parse6", library),
                row("parse prefix", "parsePrefix", library), row("format IPv4", "format4", library),
                row("format IPv6", "format6", library),
                row("match, parsed address", "match", "dictionary per length, \(library)", as: "matchDictionary"),
                row("match, parsed address", "match", "\(radix), packed bytes", as: "matchRadixPacked"),
                row("match, from text", "matchText", "\(radix), text", as: "matchRadixText"),
                row("insert prefix", "insert", radix, as: "insertRadix"),
            ])
        print("\(peer.sums.count) results compared, all equal.")
        if peer.radix == nil {
            print("py-radix is not installed for this Python; its rows are empty. See Benchmarks/README.md.")
        }
    }

    static func measure(_ input: Input) throws -> (times: [String: Double], sums: [String: UInt64]) {
        var times: [String: Double] = [:]
        var sums: [String: UInt64] = [:]
        (times["parse4"], sums["parse4"]) = try best(count: input.v4.count) {
            try input.v4.reduce(into: UInt64(0)) { $0 &+= UInt64(try IPv4Address($1).rawValue) }
        }
        (times["parse6"], sums["parse6"]) = try best(count: input.v6.count) {
            try input.v6.reduce(into: UInt64(0)) { $0 &+= fold(try IPv6Address($1).rawValue) }
        }
        (times["parsePrefix"], sums["parsePrefix"]) = try best(count: input.prefixes.count) {
            try input.prefixes.reduce(into: UInt64(0)) { $0 &+= UInt64(try Prefix($1).length) }
        }
        let v4 = try input.v4.map { try IPv4Address($0) }
        let v6 = try input.v6.map { try IPv6Address($0) }
        (times["format4"], sums["format4"]) = best(count: v4.count) {
            v4.reduce(into: UInt64(0)) { $0 &+= UInt64($1.description.utf8.count) }
        }
        (times["format6"], sums["format6"]) = best(count: v6.count) {
            v6.reduce(into: UInt64(0)) { $0 &+= UInt64($1.description.utf8.count) }
        }
        let prefixes = try input.prefixes.map { try Prefix($0) }
        let probes = try input.probes.map { try IPAddress($0) }
        let trie: PrefixTrie<Int>
        (times["insert"], trie) = best(of: 3, count: prefixes.count) {
            PrefixTrie(zip(prefixes, 0...))
        }
        sums["insert"] = UInt64(trie.count)
        (times["match"], sums["match"]) = best(count: probes.count) {
            probes.reduce(into: UInt64(0)) { $0 &+= UInt64((trie.longestMatch($1)?.prefix.length ?? -1) + 1) }
        }
        (times["matchText"], sums["matchText"]) = try best(count: probes.count) {
            try input.probes.reduce(into: UInt64(0)) {
                $0 &+= UInt64((trie.longestMatch(try IPAddress($1))?.prefix.length ?? -1) + 1)
            }
        }
        return (times, sums)
    }

    static func fold(_ number: UInt128) -> UInt64 {
        UInt64(truncatingIfNeeded: number >> 64) ^ UInt64(truncatingIfNeeded: number)
    }

    /// Prefix lengths as a routing table has them: IPv4 mostly /24 with a tail to /8, IPv6 mostly /48 and /32. Half of
    /// the look-ups hit a stored prefix, half go anywhere in the same space.
    static func makeInput(addresses: Int, prefixes count: Int) throws -> Input {
        var random = FixedGenerator(seed: 0x4854_2026)
        func v4() -> IPAddress {
            .v4(IPv4Address(rawValue: UInt32.random(in: 0x0100_0000...0xDFFF_FFFF, using: &random)))
        }
        func v6() -> IPAddress {
            let high = UInt128(0x2000 | UInt64.random(in: 0..<0x100, using: &random)) << 112
            let middle = UInt128(UInt32.random(in: 0 ... .max, using: &random)) << 64
            return .v6(IPv6Address(rawValue: high | middle | UInt128(UInt64.random(in: 0 ... .max, using: &random))))
        }
        var prefixes: Set<Prefix> = []
        while prefixes.count < count {
            let draw = Int.random(in: 0..<100, using: &random)
            let address = draw < 80 ? v4() : v6()
            let length =
                switch draw {
                case 0..<48: 24
                case 48..<72: Int.random(in: 16...23, using: &random)
                case 72..<76: Int.random(in: 8...15, using: &random)
                case 76..<80: Int.random(in: 25...32, using: &random)
                case 80..<90: 48
                case 90..<96: Int.random(in: 29...47, using: &random)
                default: Int.random(in: 49...64, using: &random)
                }
            prefixes.insert(try Prefix(containing: address, length: length))
        }
        let sorted = prefixes.sorted()
        let probes = try (0..<addresses).map { index -> String in
            guard index % 2 == 0 else { return (index % 10 < 8 ? v4() : v6()).description }
            let block = sorted[Int.random(in: 0..<sorted.count, using: &random)]
            let room = min((block.addressCount ?? .max) - 1, UInt128(UInt64.max))
            return try block.address(at: UInt128(UInt64.random(in: 0...UInt64(room), using: &random))).description
        }
        return Input(
            v4: (0..<addresses).map { _ in v4().description }, v6: (0..<addresses).map { _ in v6().description },
            prefixes: sorted.shuffled(using: &random).map(\.description), probes: probes)
    }
}
