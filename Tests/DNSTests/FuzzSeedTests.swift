@_spi(Fuzzing) import DNS
import Foundation
import TestSupport
import Testing

/// What `FuzzDecoders` found worth keeping.
@Suite(.tags(.small)) struct FuzzSeedTests {
    @Test func `every kept message is read or refused`() throws {
        let read = try FuzzSeeds.read("messages").map { DNSFuzzDoor.read([UInt8]($0)) }
        // Some of each: a door that leads nowhere would pass anything.
        #expect(read.contains { $0.isMessage && $0.answered > 0 })
        #expect(read.contains { $0.isMessage && $0.answered == 0 })
        #expect(read.contains { !$0.isMessage })
    }
}
