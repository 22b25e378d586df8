import Discovery
import Testing

@Suite struct DeviceTests {
    @Test("nothing told is nothing known") func empty() { #expect(DiscoveredDevice() == DiscoveredDevice()) }
}
