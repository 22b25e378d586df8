import Addressing
import CMDB
import Foundation
import TestSupport
import Testing

@testable import Transition

@Suite("IPv6 plan of the shipped inventories", .tags(.medium))
struct ShippedInventoryTests {
    @Test("every segment of the province and of the lab gets its /64, and planning again changes nothing")
    func province() throws {
        let root = repositoryRoot + "/Inventory"
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).filter {
            $0.hasSuffix(".yaml") && ($0.hasPrefix("langson/") || $0.hasPrefix("lab/"))
        }
        let files = try names.sorted().map {
            InventoryFile(path: $0, text: try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8))
        }
        let inventory = try InventoryLoader.load(files, onto: Snapshot([]))
        let snapshot = Snapshot(inventory.objects.map(\.object))
        let plan = try IPv6Planner.plan(snapshot, parent: Prefix("2001:db8:1000::/44"))
        #expect(plan.counts.asked >= 10)
        #expect(plan.counts.isComplete, "\(plan.rows.filter { $0.reason != nil })")
        #expect(plan.layout.siteLength == 48 && plan.layout.zoneLength == 52)
        #expect(try IPv6Planner.plan(snapshot, parent: plan.parent, previous: plan) == plan)
    }
}
