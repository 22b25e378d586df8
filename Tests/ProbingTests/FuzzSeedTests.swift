import Foundation
@_spi(Fuzzing) import Probing
import TestSupport
import Testing

/// What `FuzzDecoders` found worth keeping.
@Suite(.tags(.small)) struct FuzzSeedTests {
    /// A door and the inputs kept for it.
    static let doors: [(String, @Sendable ([UInt8]) -> Bool)] = [
        ("outputs", ProbingFuzzDoor.parser), ("definitions", ProbingFuzzDoor.definition),
        ("hints", ProbingFuzzDoor.hint), ("exporter", ProbingFuzzDoor.exporter),
    ]

    @Test(arguments: doors.indices)
    func `every kept input is read or refused`(at index: Int) throws {
        let (name, door) = Self.doors[index]
        let read = try FuzzSeeds.read(name).map { door([UInt8]($0)) }
        #expect(read.contains(true), "\(name): a door that leads nowhere would pass anything")
    }
}
