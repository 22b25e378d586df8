import Foundation
import Notation
import TestSupport
import Testing

/// Many programs that want addresses at the same moment.
@Suite("Allocation by the built program", .tags(.large)) struct AllocationTests {
    private static let networks = """
        prefixes:
          - {prefix: 10.0.0.0/16, status: container}
          - {prefix: 10.0.0.0/24}
          - {prefix: 10.0.1.0/27}

        """

    /// One program after another in its own task: what each answered.
    private func race(
        _ world: World, programs: Int, times: Int, _ arguments: @escaping @Sendable (Int, Int) -> [String]
    ) async throws -> [ProcessResult] {
        try await withThrowingTaskGroup(of: [ProcessResult].self) { group in
            for program in 0..<programs {
                group.addTask {
                    var results: [ProcessResult] = []
                    for time in 0..<times { results.append(try await world.run(arguments(program, time))) }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test("20 programs ask three times each: 60 different addresses, all of them recorded, the ledger whole")
    func addresses() async throws {
        let world = try World("allocation")
        try world.folder.write(World.ground + Self.networks, to: "inv/a.yaml")
        let applied = try await world.run("inventory", "apply", world.folder.file("inv"), "--reason", "test")
        try #require(applied.status == 0, "\(applied.errorText)")
        let results = try await race(world, programs: 20, times: 3) { program, time in
            [
                "ip", "next", "10.0.0.0/24", "--reserve", "--for", "program \(program) time \(time)", "--reason",
                "race", "--wait", "200", "--format", "json",
            ]
        }
        #expect(results.allSatisfy { $0.status == 0 }, "\(results.map { "\($0.status) \($0.errorText)" })")
        let receipts = results.compactMap { try? JSONValue.parse($0.text)["written"]?.array?.first }
        #expect(receipts.count == 60)
        let addresses = receipts.compactMap { $0["address"]?.string }
        #expect(
            Set(addresses).count == 60,
            "given twice: \(Dictionary(grouping: addresses, by: \.self).filter { $0.value.count > 1 })")
        #expect(Set(addresses) == Set((1...60).map { "10.0.0.\($0)/24" }))
        #expect(Set(receipts.compactMap { $0["ledger"]?["seq"]?.int }).count == 60)
        let recorded = try await world.json("inventory", "list", "ip-address").array ?? []
        let byAddress = Dictionary(
            recorded.map { ($0["address"]?.string ?? "", $0["reserved_for"]?.string ?? "") }, uniquingKeysWith: { $1 })
        for receipt in receipts {
            #expect(byAddress[receipt["address"]?.string ?? "-"] == receipt["reserved_for"]?.string)
        }
        #expect(try await world.run("audit", "verify").status == 0)
        #expect(try await world.run("ip", "check").status == 0)
    }

    @Test("20 programs want two blocks each of 16 that are free: every block once, the others are told with 6")
    func blocks() async throws {
        let world = try World("allocation")
        try world.folder.write(World.ground + Self.networks, to: "inv/a.yaml")
        let applied = try await world.run("inventory", "apply", world.folder.file("inv"), "--reason", "test")
        try #require(applied.status == 0, "\(applied.errorText)")
        let results = try await race(world, programs: 20, times: 2) { program, _ in
            [
                "prefix", "next", "10.0.128.0/20", "--length", "24", "--strategy",
                ["leftmost", "centermost", "first-fit"][program % 3], "--reserve", "--reason", "race", "--wait", "200",
                "--quiet",
            ]
        }
        let given = results.filter { $0.status == 0 }.map(\.text)
        #expect(given.count == 16, "\(results.map(\.status))")
        #expect(Set(given).count == 16)
        #expect(
            results.allSatisfy { $0.status == 0 || $0.status == 6 }, "\(results.map { "\($0.status) \($0.errorText)" })"
        )
        let keys = try await world.keys("prefix")
        for block in given {
            let key = "prefix/" + block.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(keys.contains(key), "\(key) was acknowledged and is not there")
        }
        #expect(try await world.run("prefix", "free", "10.0.128.0/20").status == 6)
        #expect(try await world.run("audit", "verify").status == 0)
    }
}
