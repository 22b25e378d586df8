import Addressing
import Discovery
import Foundation
import Notation
import Remote
import SNMP
import TestSupport
import Testing

/// Real agents, recorded: read from a folder beside the package, and skipped where it is missing.
@Suite(.serialized, .enabled(if: RecordingAgent.folder != nil, "the folder ../shared/recordings is missing"))
struct RecordingTests {
    static func identify(_ name: String) async throws -> DiscoveredDevice {
        let folder = try #require(RecordingAgent.folder)
        let device = try await AskedAgent.identify(try await RecordingAgent.text(of: name, in: folder))
        if let out = ProcessInfo.processInfo.environment["HATANG_DISCOVERED"] {
            try device.json.pretty.write(toFile: "\(out)/\(name).json", atomically: true, encoding: .utf8)
        }
        return device
    }

    /// What a recording holds; nil is "it does not say".
    struct Truth: Sendable, CustomTestStringConvertible {
        let recording: String
        let maker: String?
        let model: String?
        let role: String?
        let version: String?
        let serial: String?
        /// Interfaces, those with a speed, those with a hardware address.
        let ports: [Int]
        /// IPv4 and IPv6 addresses of interfaces.
        let addresses: [Int]
        /// Bytes of main memory, stores, processors, sensors.
        let memory: UInt64?
        let stores: Int
        let cpus: Int
        let sensors: Int
        var testDescription: String { recording }
    }

    static let truths = [
        Truth(
            recording: "apc-8932", maker: "apc", model: "AP8932", role: "pdu", version: "6.7.2", serial: "3F503A169043",
            ports: [2, 1, 1], addresses: [2, 0], memory: nil, stores: 0, cpus: 0, sensors: 0),
        Truth(
            recording: "aruba-7010", maker: "aruba", model: "7010", role: "wireless-controller", version: "8.3.0.0",
            serial: nil, ports: [0, 0, 0], addresses: [0, 0], memory: nil, stores: 0, cpus: 0, sensors: 0),
        Truth(
            recording: "cisco-c3750", maker: "cisco", model: "WS-C3750G-12S-S", role: "access-switch",
            version: "12.2(50)SE5", serial: "FDO1622Y10H", ports: [19, 16, 15], addresses: [2, 0], memory: 79_716_780,
            stores: 1, cpus: 1, sensors: 12),
        Truth(
            recording: "eaton-93e-80", maker: "eaton", model: "93E 80", role: "ups", version: "2.08.0011",
            serial: "4K234LXX06", ports: [2, 1, 1], addresses: [2, 0], memory: nil, stores: 0, cpus: 0, sensors: 1),
        Truth(
            recording: "geist-temperature-sensor", maker: "vertiv", model: "WATCHDOG 15-P NPS (GBB15-P)",
            role: "environment-sensor", version: "3.4.0", serial: "TB19020610", ports: [1, 1, 1], addresses: [0, 0],
            memory: nil, stores: 0, cpus: 0, sensors: 5),
        Truth(
            recording: "h3c-e528-2", maker: "h3c", model: "E528", role: "access-switch",
            version: "5.20 Release 1513P62", serial: "210235A0GKC158000929", ports: [31, 30, 30], addresses: [1, 0],
            memory: 68_492_960, stores: 0, cpus: 1, sensors: 4),
        Truth(
            recording: "hp-onboard-administrator", maker: "hpe", model: "BladeSystem c7000 Enclosure G2",
            role: "blade-enclosure", version: "3.60", serial: "6CU250TV5C", ports: [15, 11, 8], addresses: [5, 3],
            memory: 1_060_880_384, stores: 0, cpus: 1, sensors: 30),
        Truth(
            recording: "huawei-gse200m", maker: "huawei", model: "UPS5000-E", role: "ups", version: "V100R001C10SPC600",
            serial: "2102310NYJ10EB000045", ports: [0, 0, 0], addresses: [0, 0], memory: nil, stores: 0, cpus: 0,
            sensors: 0),
        Truth(
            recording: "huawei-s5720", maker: "huawei", model: "S5720-36C-EI-AC", role: "access-switch",
            version: "V200R007C00SPC500", serial: "210235956210F7000410", ports: [39, 36, 36], addresses: [3, 0],
            memory: 1_626_341_376, stores: 1, cpus: 1, sensors: 2),
        Truth(
            recording: "netapp-fas3270", maker: "netapp", model: "FAS3270", role: "storage", version: "8.2.3",
            serial: "940001051000", ports: [15, 3, 13], addresses: [10, 0], memory: nil, stores: 27, cpus: 1, sensors: 3
        ),
        Truth(
            recording: "paloalto-pa-5000", maker: "palo-alto", model: "PA-5050", role: "firewall", version: "8.0.1",
            serial: "0009C100761", ports: [46, 20, 11], addresses: [0, 0], memory: 4_150_341_632, stores: 11, cpus: 2,
            sensors: 14),
        Truth(
            recording: "sangfor-ad1800-fp2", maker: "sangfor", model: "AD-1800-FP2", role: "load-balancer",
            version: "2.6.30", serial: nil, ports: [12, 6, 7], addresses: [22, 6], memory: 4_048_789_504, stores: 13,
            cpus: 2, sensors: 0),
        Truth(
            recording: "server-2003-5-2", maker: "microsoft", model: nil, role: "server", version: "5.2.3790",
            serial: nil, ports: [2, 2, 1], addresses: [2, 0], memory: 2_146_828_288, stores: 3, cpus: 4, sensors: 0),
        Truth(
            recording: "unknown-001", maker: "vmware", model: nil, role: "server", version: "2.6.32-573.el6.x86_64",
            serial: nil, ports: [2, 2, 1], addresses: [2, 2], memory: 16_726_073_344, stores: 9, cpus: 4, sensors: 0),
        Truth(
            recording: "vyatta-unknown", maker: "vyatta", model: nil, role: "router", version: nil, serial: nil,
            ports: [24, 3, 6], addresses: [7, 1], memory: 8_033_071_104, stores: 17, cpus: 4, sensors: 1),
    ]

    @Test("each recording tells what it holds", arguments: truths)
    func truth(truth: Truth) async throws {
        let device = try await Self.identify(truth.recording)
        #expect(device.manufacturer?.value.slug == truth.maker)
        #expect(device.model?.value == truth.model)
        #expect(device.role?.value == truth.role)
        #expect(device.osVersion?.value == truth.version)
        #expect(device.serial?.value == truth.serial)
        let ports = device.interfaces
        #expect([ports.count, ports.count { $0.speed != nil }, ports.count { $0.mac != nil }] == truth.ports)
        #expect(ports.allSatisfy { $0.operUp != nil && $0.adminUp != nil && !$0.name.isEmpty })
        let addresses = ports.flatMap(\.addresses)
        #expect([addresses.count { !$0.isIPv6 }, addresses.count { $0.isIPv6 }] == truth.addresses)
        #expect(device.memory?.total == truth.memory)
        #expect(device.storage.count == truth.stores)
        #expect(device.cpus.count == truth.cpus)
        #expect(device.sensors.count == truth.sensors)
        #expect(device.notes.allSatisfy { $0.reason == .absent }, "\(device.notes)")
    }

    @Test("every recording of the folder has its truth here")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: try #require(RecordingAgent.folder))
        let names = Set(files.filter { $0.contains(".snmprec") }.map { String($0.prefix { $0 != "." }) })
        #expect(names == Set(Self.truths.map(\.recording)))
    }

    @Test("VLANs, trunks and neighbours of a switch")
    func catalyst() async throws {
        let device = try await Self.identify("cisco-c3750")
        #expect(device.vlans.count == 278)
        #expect(device.neighbours.count == 15)
        #expect(device.neighbours.allSatisfy { $0.localInterface != nil })
        #expect(device.interfaces.count { !$0.taggedVLANs.isEmpty } == 6)
        #expect(device.storage.first?.kind == .flash)
    }

    @Test("battery, lines and load of UPS")
    func supplies() async throws {
        let eaton = try #require(try await Self.identify("eaton-93e-80").ups)
        #expect(eaton.battery == .normal && eaton.output == .mains && eaton.chargePercent == 100)
        #expect(eaton.loadPercents == [21, 16, 12] && eaton.inputVoltages == [227, 227, 233])
        #expect(eaton.batteryVoltage == 521 && eaton.inputFrequency == 50 && eaton.temperature == 25)
        let huawei = try #require(try await Self.identify("huawei-gse200m").ups)
        // Its card counts volts and hertz in tenths more than RFC 1628 says, and watts in another unit.
        #expect(huawei.inputVoltages == [236.9] && huawei.inputFrequency == 50 && huawei.outputWatts == nil)
        #expect(huawei.chargePercent == 100 && huawei.minutesLeft == 468 && huawei.temperature == nil)
    }

    @Test("outlets, phases and banks of a power distribution unit")
    func outlets() async throws {
        let power = try await Self.identify("apc-8932").power
        #expect(power.count { $0.kind == .outlet } == 24)
        #expect(power.first { $0.name == "SW-DC01-WEST-01-B" }?.isOn == true)
        #expect(power.first { $0.name == "INT ROUTER" }?.isOn == false)
        #expect(power.first { $0.kind == .phase }?.amperes == 1.4)
        #expect(power.first { $0.kind == .unit }?.watts == 160)
    }
}
