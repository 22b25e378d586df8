import CMDB
import Foundation
import Notation
import TestSupport
import Testing
import Topology

/// The inventory of the province, with its plant and core cabling.
@Suite(.tags(.medium)) struct ShippedInventoryTests {
    private static func snapshot() throws -> Snapshot {
        let folder = repositoryRoot + "/Inventory/langson"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        let files = try names.sorted().map { name in
            InventoryFile(
                path: name, text: try String(contentsOfFile: folder + "/" + name, encoding: .utf8), origin: "langson")
        }
        do {
            return Snapshot(try InventoryLoader.load(files, onto: Snapshot([])).objects.map(\.object))
        } catch let errors as InputErrors {
            Issue.record("\(errors)")
            throw errors
        }
    }

    @Test("hosts, switches, firewalls, backup, UPS and grid: who suffers in the province") func impacts() throws {
        let graph = SupportGraph(try Self.snapshot())
        func impact(_ ids: String...) -> Impact { graph.impact(of: ids.compactMap { ObjectID($0) }) }
        let host = impact("device/esx-1")
        #expect(host.count(.down) == 0 && host.count(.redundancy) > 20)
        let hosts = impact("cluster/cum-ao-hoa")
        #expect(hosts.count(.down) > 20)
        #expect(hosts.systems.first?.level == 3)
        let backup = impact("device/sao-luu-1").systems
        #expect(backup.allSatisfy { $0.losses.contains { $0.loss == .noBackup } || $0.worst == .down })
        #expect(backup.count > 20)
        #expect(impact("device/fw-bien-1").count(.down) == 0)
        #expect(impact("device/fw-bien-1", "device/fw-bien-2").count(.down) > 3)
        // Rack A-01 is recorded port by port, the others only by rack: one side gone is survived there, unknown elsewhere.
        let side = impact("ups/luu-dien-a")
        #expect(side.count(.down) == 0 && side.count(.unknown) > 20)
        #expect(side.objects[ObjectID(.device, "core-sw-1")] == .redundancy)
        #expect(side.objects[ObjectID(.device, "esx-1")] == .unknown)
        #expect(impact("ups/luu-dien-a", "ups/luu-dien-b").count(.down) > 20)
        #expect(impact("generator/may-phat-1", "power-panel/grid:Lộ lưới 22 kV").count(.down) > 20)
        #expect(impact("power-panel/grid:Lộ lưới 22 kV").count(.down) == 0)
    }

    @Test("every single point really stops its system, and its way ends at it") func points() throws {
        let graph = SupportGraph(try Self.snapshot())
        let systems = graph.systemsInService.filter { ($0.int("security_level") ?? 0) >= 3 }.map(\.id)
        let found = graph.singlePoints(of: systems)
        #expect(found.points.contains { $0.point == ObjectID(.powerPanel, "tu-dien-tong") && $0.loss == .down })
        #expect(!found.points.contains { $0.point == ObjectID(.device, "core-sw-1") && $0.loss == .down })
        for point in found.points where point.loss == .down {
            #expect(point.chain.last?.to == point.point)
            let impact = graph.impact(of: [point.point])
            #expect(impact.systems.first { $0.system == point.system }?.worst == .down)
        }
        #expect(graph.cycles().isEmpty)
    }

    @Test("the uplink of rack A-03 runs through two patch panels; the core switch hangs on A and B")
    func traces() throws {
        let tracer = CableTracer(try Self.snapshot())
        let lines = tracer.trace(ObjectID(.interface, "acc-sw-2:up2"))
        #expect(lines.map(\.end) == [.connected] && lines[0].last.key == "core-sw-2:acc-sw-2")
        #expect(lines[0].cables.count == 3)
        #expect(tracer.trace(cable: lines[0].cables[1]).count == 2)
        let ways = tracer.powerTraces(ObjectID(.device, "core-sw-1"))
        #expect(Set(ways.map(\.side)) == ["a", "b"] && ways.allSatisfy { $0.end == .grid || $0.end == .generator })
        #expect(tracer.trace(device: ObjectID(.device, "core-sw-1")).contains { $0.end == .unconnected })
    }
}
