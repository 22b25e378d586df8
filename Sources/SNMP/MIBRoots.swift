import Foundation
import Remote

/// The modules that every MIB file stands on, in our own words: nothing but where their nodes are (RFC 2578, RFC 1155).
///
/// Many systems have no copy of the IETF's. libsnmp knows the macros and base types by itself; what it lacks is the way
/// from the root to `enterprises`. A real copy in a directory that is read later takes their place.
struct MIBRoots {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "hatang-mib-roots-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for (name, body) in Self.modules {
                let text = "\(name) DEFINITIONS ::= BEGIN\n\(body)\nEND\n"
                try Data(text.utf8).write(to: URL(filePath: path + "/" + name + ".txt"))
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw RemoteError(.local, subject: "mibs", message: "cannot write to the folder for temporary files")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private static let roots = """
        org OBJECT IDENTIFIER ::= { iso 3 }
        dod OBJECT IDENTIFIER ::= { org 6 }
        internet OBJECT IDENTIFIER ::= { dod 1 }
        directory OBJECT IDENTIFIER ::= { internet 1 }
        mgmt OBJECT IDENTIFIER ::= { internet 2 }
        experimental OBJECT IDENTIFIER ::= { internet 3 }
        private OBJECT IDENTIFIER ::= { internet 4 }
        enterprises OBJECT IDENTIFIER ::= { private 1 }
        """

    private static let modules: [(String, String)] = [
        (
            "SNMPv2-SMI",
            roots + """

                mib-2 OBJECT IDENTIFIER ::= { mgmt 1 }
                transmission OBJECT IDENTIFIER ::= { mib-2 10 }
                security OBJECT IDENTIFIER ::= { internet 5 }
                snmpV2 OBJECT IDENTIFIER ::= { internet 6 }
                snmpDomains OBJECT IDENTIFIER ::= { snmpV2 1 }
                snmpProxys OBJECT IDENTIFIER ::= { snmpV2 2 }
                snmpModules OBJECT IDENTIFIER ::= { snmpV2 3 }
                zeroDotZero OBJECT IDENTIFIER ::= { 0 0 }
                """
        ),
        ("RFC1155-SMI", roots),
        (
            "SNMPv2-TC",
            """
            DisplayString ::= TEXTUAL-CONVENTION DISPLAY-HINT "255a" STATUS current DESCRIPTION "Text"
                SYNTAX OCTET STRING (SIZE (0..255))
            PhysAddress ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" STATUS current DESCRIPTION "Link address"
                SYNTAX OCTET STRING
            MacAddress ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" STATUS current DESCRIPTION "EUI-48"
                SYNTAX OCTET STRING (SIZE (6))
            TruthValue ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Truth"
                SYNTAX INTEGER { true(1), false(2) }
            TestAndIncr ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Lock" SYNTAX INTEGER (0..2147483647)
            AutonomousType ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Type" SYNTAX OBJECT IDENTIFIER
            VariablePointer ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Instance" SYNTAX OBJECT IDENTIFIER
            RowPointer ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Row" SYNTAX OBJECT IDENTIFIER
            RowStatus ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "State of a row"
                SYNTAX INTEGER { active(1), notInService(2), notReady(3), createAndGo(4), createAndWait(5), destroy(6) }
            TimeStamp ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "sysUpTime then" SYNTAX TimeTicks
            TimeInterval ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Centiseconds" SYNTAX INTEGER (0..2147483647)
            DateAndTime ::= TEXTUAL-CONVENTION DISPLAY-HINT "2d-1d-1d,1d:1d:1d.1d,1a1d:1d" STATUS current
                DESCRIPTION "Moment" SYNTAX OCTET STRING (SIZE (8 | 11))
            StorageType ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "Where a row is kept"
                SYNTAX INTEGER { other(1), volatile(2), nonVolatile(3), permanent(4), readOnly(5) }
            """
        ),
        ("SNMPv2-CONF", ""),
        ("RFC-1212", ""),
        ("RFC-1215", ""),
        ("RFC1213-MIB", "mib-2 OBJECT IDENTIFIER ::= { iso 3 6 1 2 1 }"),
    ]
}
