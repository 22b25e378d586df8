import Notation
import Probing
import Remote
import TestSupport
import Testing

/// Modules of snmp_exporter; both layouts, written for these tests.
@Suite(.tags(.small)) struct ExporterImportTests {
    /// The layout up to 0.22: modules at the top, with version and log-in inside.
    static let older = """
        room_unit:
          walk: [1.3.6.1.4.1.99998.1]
          get: [1.3.6.1.2.1.1.3.0]
          metrics:
          - name: sysUpTime
            oid: 1.3.6.1.2.1.1.3
            type: gauge
            help: Centiseconds
          - name: roomIndex
            oid: 1.3.6.1.4.1.99998.1.1.1.1
            type: gauge
            indexes: [{ labelname: roomIndex, type: gauge }]
          - name: roomName
            oid: 1.3.6.1.4.1.99998.1.1.1.2
            type: DisplayString
            indexes: [{ labelname: roomIndex, type: gauge }]
          - name: roomDoor
            oid: 1.3.6.1.4.1.99998.1.1.1.4
            type: EnumAsStateSet
            indexes: [{ labelname: roomIndex, type: gauge }]
            enum_values: { 1: open, 2: "yes", 3: "half: open" }
          - name: roomHCInOctets
            oid: 1.3.6.1.4.1.99998.1.1.1.5
            type: counter
            indexes: [{ labelname: roomIndex, type: gauge }]
            lookups:
            - { labels: [roomIndex], labelname: roomName, oid: 1.3.6.1.4.1.99998.1.1.1.2, type: DisplayString }
            - { labels: [], labelname: roomIndex }
          - name: roomOdd
            oid: 1.3.6.1.4.1.99998.1.1.1.6
            type: NTPTimeStamp
            indexes: [{ labelname: roomIndex, type: gauge }]
          version: 3
          max_repetitions: 25
          retries: 3
          timeout: 10s
          auth:
            username: TOPSECRET-USER
            security_level: authPriv
            password: TOPSECRET-AUTH
            auth_protocol: SHA
            priv_protocol: AES
            priv_password: TOPSECRET-PRIV
        empty:
          walk: [1.3.6.1.4.1.99998.9]
          metrics:
          - { name: onlyIndex, oid: 1.3.6.1.4.1.99998.9.1, type: gauge, indexes: [{ labelname: onlyIndex, type: gauge }] }
          - { name: odd, oid: 1.3.6.1.4.1.99998.9.2, type: Whatever }
        """

    /// The layout from 0.23 on.
    static let newer = """
        auths:
          public_v2: { version: 2, community: TOPSECRET }
        modules:
          rack:
            walk: [1.3.6.1.4.1.99998.2]
            metrics:
            - name: rackTemperature
              oid: 1.3.6.1.4.1.99998.2.1.1.2
              type: gauge
              scale: 0.1
              indexes:
              - { labelname: rackName, type: DisplayString, fixed_size: 4 }
              - { labelname: rackPort, type: gauge, enum_values: { 1: left, 2: right } }
              - { labelname: rackMac, type: PhysAddress48 }
              lookups:
              - { labels: [rackPort], labelname: portDescr, oid: 1.3.6.1.4.1.99998.2.2.1.2, type: DisplayString }
              - { labels: [portDescr], labelname: chained, oid: 1.3.6.1.4.1.99998.2.3.1.2, type: DisplayString }
            - name: rackText
              oid: 1.3.6.1.4.1.99998.2.5
              type: DisplayString
              regex_extracts:
                Celsius: [{ regex: '^([0-9.]+)$', value: '$1' }]
            - name: rackWords
              oid: 1.3.6.1.4.1.99998.2.6
              type: DisplayString
              regex_extracts:
                "": [{ regex: '(\\d+) of (\\d+)', value: '$2' }]
            - { name: rackFlags, oid: 1.3.6.1.4.1.99998.2.7, type: Bits, enum_values: { 0: lit, 9: hot } }
            max_repetitions: 10
            filters:
            - { oid: 1.3.6.1.4.1.99998.2.1.1.2, operation: equals, targets: [1.3.6.1.4.1.99998.2], values: ["0"] }
        """

    @Test("the older layout becomes a definition that is read back") func older() throws {
        let file = try ExporterFile(Self.older, file: "snmp.yml")
        #expect(file.moduleNames == ["room_unit", "empty"])
        let probe = try ExporterTranslation(file, module: "room_unit", appliesTo: "device tag=room")
        #expect(probe.name == "room-unit")
        #expect(probe.total == 6 && probe.carried == 5)
        let library = try ProbeLibrary(files: [(name: "room-unit.yaml", text: probe.text)])
        let definition = try #require(library["room-unit"])
        #expect(definition.timeout == .seconds(10))
        #expect(definition.factNames == ["room_unit.scalars", "room_unit.room_index", "room_unit.room_index_2"])
        #expect(
            definition.metricNames == [
                "room_unit.sys_up_time", "room_unit.room_door", "room_unit.room_hc_in_octets",
            ])
        guard case .snmp(let collection) = definition.collection else { return #expect(Bool(false)) }
        #expect(collection.groups[0].fields[0].oid.description == "1.3.6.1.2.1.1.3.0")
        #expect(collection.tables[0].columns[1].names == [1: "open", 2: "yes", 3: "half: open"])
        #expect(collection.tables[1].instance == ["room_name"])
        let notes = probe.notes.map(\.description).joined(separator: "\n")
        #expect(notes.contains("snmp.yml:34:"), "\(notes)")
        for word in [
            "type NTPTimeStamp", "max_repetitions", "retries", "secret://snmp-room-unit-auth", "snmp_priv: aes128",
        ] {
            #expect(notes.contains(word), "\(word): \(notes)")
        }
        #expect(!(notes + probe.text).contains("TOPSECRET"))
    }

    @Test("the newer layout keeps indexes, scales and lookups; what has no counterpart is listed") func newer() throws {
        let file = try ExporterFile(Self.newer, file: "snmp.yml")
        #expect(file.notes.count == 1 && file.notes[0].remedy.contains("secret://snmp-public-v2"))
        #expect(!file.notes[0].description.contains("TOPSECRET"))
        let probe = try ExporterTranslation(file, module: "rack", name: "rack-unit", appliesTo: "device")
        #expect(probe.total == 4 && probe.carried == 3)
        let definition = try #require(try ProbeLibrary(files: [("x.yaml", probe.text)])["rack-unit"])
        guard case .snmp(let collection) = definition.collection else { return #expect(Bool(false)) }
        let table = collection.tables[0]
        #expect(table.index.map(\.kind) == [.string, .int, .mac])
        #expect(table.index[0].size == 4 && table.index[1].names == [1: "left", 2: "right"])
        #expect(table.columns[0].scale == DecimalScale("0.1"))
        #expect(table.lookups.map(\.by) == [["rack_port"]])
        #expect(definition.metricNames.contains("rack.rack_text_celsius"))
        let notes = probe.notes.map(\.problem).joined(separator: "\n")
        for word in ["chained", "regex_extracts", "filter over", "max_repetitions"] {
            #expect(notes.contains(word), "\(word)")
        }
    }

    @Test("nothing to carry, no such module and no modules at all are errors") func refused() throws {
        let file = try ExporterFile(Self.older, file: "snmp.yml")
        let none = try #require(throws: InputErrors.self) {
            try ExporterTranslation(file, module: "empty", appliesTo: "device")
        }
        #expect(none.description.contains("none of its 2 metrics"))
        #expect(none.description.contains("nothing but the index"))
        let typo = try #require(throws: InputErrors.self) {
            try ExporterTranslation(file, module: "room_unt", appliesTo: "device")
        }
        #expect(typo.description.contains("did you mean \"room_unit\"?"))
        #expect(throws: InputErrors.self) { try ExporterFile("[]", file: "x") }
        #expect(throws: InputErrors.self) { try ExporterFile("modules: {}", file: "x") }
        let broken = try #require(throws: InputErrors.self) {
            try ExporterFile(
                "a:\n  metrics:\n  - { name: x, type: gauge }\n  - { name: y, oid: 1.x, type: gauge }", file: "x")
        }
        #expect(broken.diagnostics.count == 2)
    }
}
