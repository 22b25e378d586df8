import Addressing
import Discovery
import Notation
import Testing

@Suite struct DeviceTests {
    @Test("nothing told is nothing known") func empty() { #expect(DiscoveredDevice() == DiscoveredDevice()) }

    @Test("confidence has an order")
    func confidence() { #expect(Confidence.allCases == Confidence.allCases.sorted()) }

    @Test("what was told stands in JSON with its source; what was not is left out, lists are there")
    func json() throws {
        var device = DiscoveredDevice()
        device.serial = Known("FOC1", .certain, source: "entPhysicalSerialNum")
        var port = DiscoveredInterface(index: 3, name: "Gi0/3", type: "1000base-t")
        port.speed = 1_000_000_000
        port.addresses = [try InterfaceAddress("10.0.0.1/24")]
        device.interfaces = [port]
        device.notes = [DiscoveryNote(part: "lldp", reason: .failed, message: "timeout")]
        let json = device.json
        #expect(json["serial"]?["value"] == "FOC1")
        #expect(json["serial"]?["confidence"] == "certain")
        #expect(json["model"] == nil)
        #expect(json["interfaces"]?.array?[0]["speed_bps"] == 1_000_000_000)
        #expect(json["interfaces"]?.array?[0]["addresses"] == ["10.0.0.1/24"])
        #expect(json["vlans"] == [])
        #expect(json["notes"]?.array?[0]["reason"] == "failed")
    }
}
