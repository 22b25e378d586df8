@_spi(Fuzzing) import Endpoints
import Foundation
import TestSupport
import Testing

/// What `FuzzDecoders` found worth keeping.
@Suite(.tags(.small)) struct FuzzSeedTests {
    /// A door, the inputs kept for it, and whether some of them are taken.
    static let doors: [(String, Bool, @Sendable ([UInt8]) -> Bool)] = [
        ("echoes", true, EndpointsFuzzDoor.echo), ("times", true, EndpointsFuzzDoor.time),
        ("certificates", true, EndpointsFuzzDoor.certificate), ("staples", false, EndpointsFuzzDoor.staple),
        ("control", false, EndpointsFuzzDoor.control), ("mail", true, EndpointsFuzzDoor.mail),
        ("greetings", true, EndpointsFuzzDoor.database),
        ("urls", true, { EndpointsFuzzDoor.url(String(decoding: $0, as: UTF8.self)) }),
    ]

    @Test(arguments: doors.indices)
    func `every kept input is read or refused`(at index: Int) throws {
        let (name, isTaken, door) = Self.doors[index]
        let read = try FuzzSeeds.read(name).map { door([UInt8]($0)) }
        #expect(!read.isEmpty)
        #expect(!isTaken || read.contains(true), "\(name): a door that leads nowhere would pass anything")
    }
}
