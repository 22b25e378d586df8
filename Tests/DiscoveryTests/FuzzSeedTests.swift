@_spi(Fuzzing) import Discovery
import Foundation
import TestSupport
import Testing

/// What `FuzzDecoders` found worth keeping.
@Suite(.tags(.small)) struct FuzzSeedTests {
    @Test func `every kept table of an agent makes a device, in whichever order it comes`() throws {
        let rows = try FuzzSeeds.read("rows").map { DiscoveryFuzzDoor.identify([UInt8]($0)) }
        #expect(rows.contains { $0 > 20 })
    }

    @Test func `every kept data file is read or refused with places in it`() throws {
        let read = try FuzzSeeds.read("rules").map { DiscoveryFuzzDoor.rules([UInt8]($0)) }
        #expect(read.contains(false))
    }
}
