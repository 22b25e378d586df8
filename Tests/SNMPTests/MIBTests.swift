import Remote
import SNMP
import TestSupport
import Testing

/// MIB files as vendors ship them, read without a copy of the IETF's. Written for these tests.
@Suite(.serialized, .tags(.medium)) struct MIBTests {
    /// A vendor's file: imports from modules that are not there, textual conventions, a table, an enumeration.
    static let vendor = """
        HATANG-ROOM-MIB DEFINITIONS ::= BEGIN
        IMPORTS
            MODULE-IDENTITY, OBJECT-TYPE, Integer32, Gauge32, enterprises FROM SNMPv2-SMI
            TEXTUAL-CONVENTION, DisplayString FROM SNMPv2-TC
            ifIndex FROM IF-MIB;
        roomMIB MODULE-IDENTITY
            LAST-UPDATED "202601010000Z"
            ORGANIZATION "Test" CONTACT-INFO "Test" DESCRIPTION "Rooms"
            ::= { enterprises 99998 }
        RoomDegrees ::= TEXTUAL-CONVENTION
            DISPLAY-HINT "d-1" STATUS current DESCRIPTION "Tenths" SYNTAX Integer32
        roomObjects OBJECT IDENTIFIER ::= { roomMIB 1 }
        roomTable OBJECT-TYPE
            SYNTAX SEQUENCE OF RoomEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "Rooms"
            ::= { roomObjects 1 }
        roomEntry OBJECT-TYPE
            SYNTAX RoomEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "A room"
            INDEX { roomIndex }
            ::= { roomTable 1 }
        RoomEntry ::= SEQUENCE {
            roomIndex Integer32, roomName DisplayString, roomTemperature RoomDegrees, roomDoor INTEGER }
        roomIndex OBJECT-TYPE
            SYNTAX Integer32 (1..100) MAX-ACCESS not-accessible STATUS current DESCRIPTION "Number"
            ::= { roomEntry 1 }
        roomName OBJECT-TYPE
            SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "Name"
            ::= { roomEntry 2 }
        roomTemperature OBJECT-TYPE
            SYNTAX RoomDegrees UNITS "degrees Celsius" MAX-ACCESS read-only STATUS current DESCRIPTION "Warmth"
            ::= { roomEntry 3 }
        roomDoor OBJECT-TYPE
            SYNTAX INTEGER { open(1), closed(2) } MAX-ACCESS read-only STATUS current DESCRIPTION "Door"
            ::= { roomEntry 4 }
        END

        """

    @Test("a vendor's file resolves names without the IETF's modules") func vendor() throws {
        let folder = try TemporaryFolder("mibs")
        try folder.write(Self.vendor, to: "HATANG-ROOM-MIB.mib")
        let names = try MIBNames(directories: [folder.path])
        let door: OID = [1, 3, 6, 1, 4, 1, 99_998, 1, 1, 1, 4]
        #expect(names.fileCount == 1)
        #expect(names.oid(named: "roomDoor") == door)
        #expect(names.oid(named: "HATANG-ROOM-MIB::roomDoor") == door)
        #expect(names.name(of: door.appending(7)) == "HATANG-ROOM-MIB::roomDoor.7")
        #expect(names.labels().contains("roomTemperature"))
        #expect(names.problems.allSatisfy { !$0.isError }, "\(names.problems)")
        #expect(names.description(of: door)?.names == [1: "open", 2: "closed"])
        let warmth = try #require(
            names.description(of: door.appending(1)).map { _ in
                names.description(of: [1, 3, 6, 1, 4, 1, 99_998, 1, 1, 1, 3])
            })
        #expect(warmth?.units == "degrees Celsius" && warmth?.hint == "d-1" && warmth?.index == ["roomIndex"])
    }

    @Test("a broken file is told with its place, and the good one beside it counts") func broken() throws {
        let folder = try TemporaryFolder("mibs")
        let bad = Self.vendor.replacing("HATANG-ROOM-MIB", with: "HATANG-BAD-MIB").replacing(
            "roomTable OBJECT-TYPE", with: "roomTable OBJECT-TYPE }}")
        try folder.write(bad, to: "bad.mib")
        try folder.write("GARBAGE here\n{{{{ \"\n", to: "garbage.txt")
        try folder.write(
            "HATANG-LOST-MIB DEFINITIONS ::= BEGIN\nIMPORTS nowhere FROM NOWHERE-MIB;\nlost OBJECT IDENTIFIER ::= { nowhere 1 }\nEND\n",
            to: "lost.mib")
        let names = try MIBNames(directories: [folder.path])
        func told(_ text: String, _ file: String, line: Int?) -> Bool {
            names.problems.contains {
                $0.text.contains(text) && $0.file?.hasSuffix(file) == true && (line == nil || $0.line == line)
            }
        }
        #expect(told("Bad format for OBJECT-TYPE", "bad.mib", line: 13))
        #expect(told("no MIB module begins here", "garbage.txt", line: 1))
        #expect(told("Undefined identifier: nowhere", "lost.mib", line: 3))
        #expect(told("Cannot find module (NOWHERE-MIB)", "lost.mib", line: 2))
        #expect(names.oid(named: "HATANG-LOST-MIB::lost") == nil)
        #expect(names.problems.contains { $0.isError && $0.file?.hasSuffix("bad.mib") == true && ($0.line ?? 0) > 0 })
    }
}
