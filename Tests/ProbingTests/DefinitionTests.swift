import Notation
import Probing
import Remote
import TestSupport
import Testing

@Suite(.tags(.small)) struct DefinitionTests {
    /// What every shipped file must give; a new file needs its line here.
    private static let expected: [String: [String]] = [
        "snmp-system": ["snmp.system", "snmp.entities", "snmp.version_used"],
        "snmp-interfaces": ["snmp.interfaces", "snmp.addresses"],
        "ssh-linux-baseline": [
            "os.id", "os.version_id", "os.pretty_name", "os.kernel", "os.uptime", "hardware.serial", "ssh.sshd",
            "accounts.empty_password", "accounts.login", "password.policy", "sockets.listening", "time.sync",
            "firewall.state", "log.retention", "log.audit", "log.disk", "updates.pending", "malware.agent",
            "shell.tmout",
        ],
        "tls-endpoint": ["tls.endpoint.*"],
        "tcp-port": ["tcp.port.*"],
        "icmp-echo": ["icmp.echo"],
        "http-page": ["http.page.*"],
        "dns-server": ["dns.zone.*", "dns.name.*"],
        "ntp-clock": ["ntp.clock"],
        "smtp-banner": ["smtp.banner.*"],
        "postgresql-port": ["postgresql.greeting.*"],
        "mysql-port": ["mysql.greeting.*"],
        "ssh-postgresql": ["postgresql.status", "postgresql.replication"],
        "ssh-mysql": ["mysql.status", "mysql.replication"],
    ]

    @Test("every file in Probes/ parses and gives the facts that others rely on") func shipped() throws {
        let library = try World.shipped()
        #expect(Set(library.probes.map(\.name)) == Set(Self.expected.keys))
        for probe in library.probes {
            let facts = Self.expected[probe.name] ?? []
            #expect(Set(probe.factNames) == Set(facts), "\(probe.name)")
            #expect(probe.factNames.count == facts.count)
            #expect(probe.validFor >= probe.interval)
            #expect(!probe.description.isEmpty)
            #expect(probe.position.file.hasSuffix("Probes/\(probe.name).yaml"))
        }
        #expect(library["snmp-interfaces"]?.metricNames.contains("snmp.if_hc_in_octets") == true)
        #expect(library["tls-endpoint"]?.thresholds.first?.critical == Comparison("< 7"))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let edit: [String: String]
        let says: String
    }

    @Test(
        "what is wrong is answered with its place and a way out",
        arguments: [
            Bad(testDescription: "unknown key", edit: ["valid_for": "valid_fr"], says: "did you mean \"valid_for\"?"),
            Bad(testDescription: "kind", edit: ["kind: tcp": "kind: tpc"], says: "did you mean \"tcp\"?"),
            Bad(testDescription: "name", edit: ["name: port": "name: Port!"], says: "is no slug"),
            Bad(testDescription: "duration", edit: ["1m": "fast"], says: "interval is not a duration"),
            Bad(testDescription: "zero", edit: ["3s": "0s"], says: "timeout is zero"),
            Bad(testDescription: "timeout", edit: ["3s": "3h"], says: "timeout is longer than interval"),
            Bad(testDescription: "validity", edit: ["5m": "5s"], says: "valid_for is shorter than interval"),
            Bad(testDescription: "collect", edit: ["{ fact: tcp.port }": "[a]"], says: "a list stands here"),
            Bad(testDescription: "fact", edit: ["tcp.port": "Tcp Port"], says: "no dotted name"),
            Bad(testDescription: "applies", edit: ["applies_to: device": "applies_to: []"], says: "names nothing"),
        ]) func mistakes(_ bad: Bad) throws
    {
        var text = tcpProbe
        for (old, new) in bad.edit { text = text.replacing(old, with: new) }
        let errors = try #require(throws: InputErrors.self) { try World.library(text) }
        let found = errors.diagnostics.filter { ($0.problem + ": " + $0.remedy).contains(bad.says) }
        #expect(found.count == 1, "\(errors)")
        #expect(found.first?.position.file == "probe0.yaml")
        #expect((found.first?.position.line ?? 0) > 0)
    }

    @Test("all errors of all files come at once, sorted by place") func allAtOnce() throws {
        let one = tcpProbe.replacing("kind: tcp", with: "kind: nope").replacing("interval", with: "intervall")
        let two = snmpProbe.replacing("as: text", with: "as: txt").replacing("1.3.6.1.2.1.1.5.0", with: "1.3.x")
        let errors = try #require(throws: InputErrors.self) { try World.library(one, two) }
        #expect(errors.diagnostics.count >= 5)
        #expect(errors.diagnostics == errors.diagnostics.sorted())
        #expect(Set(errors.diagnostics.map(\.position.file)) == ["probe0.yaml", "probe1.yaml"])
    }

    @Test("a name in two files, no file, and a folder that is not there are errors") func folders() throws {
        let twice = try #require(throws: InputErrors.self) { try World.library(tcpProbe, tcpProbe) }
        #expect(twice.description.contains("probe0.yaml"))
        #expect(throws: InputErrors.self) { try ProbeLibrary(files: []) }
        #expect(throws: InputErrors.self) { try ProbeLibrary(folder: "/nonexistent-folder") }
        let folder = try TemporaryFolder("probes")
        #expect(throws: InputErrors.self) { try ProbeLibrary(folder: folder.path) }
        try folder.write(tcpProbe, to: "a.yaml")
        try folder.write("not: read", to: "notes.txt")
        #expect(try ProbeLibrary(folder: folder.path).probes.map(\.name) == ["port"])
        try folder.write("\u{9}x: 1", to: "b.yaml")
        #expect(throws: InputErrors.self) { try ProbeLibrary(folder: folder.path) }
        #expect(throws: InputErrors.self) { try World.library("# nothing") }
    }

    private func snmpTable(_ drops: String) -> String {
        snmpProbe
            + """

              tables:
                - fact: snmp.addresses
                  index: address
                  index_as: inet
                  row_drops: \(drops)
                  columns:
                    - { field: type, object: ipAddressType, oid: 1.3.6.1.2.1.4.34.1.4, as: int }
            """
    }

    @Test("steps, tables and thresholds are held against what is known") func deeper() throws {
        let cases: [(String, String, String)] = [
            (sshProbe.replacing("parse: int", with: "parse: itn"), "parse", "did you mean \"int\"?"),
            (sshProbe.replacing("fact: a.two,", with: ""), "step", "gives no fact"),
            (sshProbe.replacing("a.two", with: "a.one"), "twice", "fact a.one is collected twice"),
            (snmpProbe.replacing(".5.0", with: ".5"), "scalar", "ends in .0"),
            (snmpProbe.replacing("field: sys_name, ", with: ""), "field", "neither field nor metric"),
            (snmpTable("{ typ: [3] }"), "drops", "row_drops \"typ\" is no field of the columns"),
            (snmpTable("{ type: three }"), "drops", "lists of whole numbers"),
            (tcpProbe + "\nthresholds: [{ fact: tcp.prot.*, crit: \"== false\" }]", "fact", "does not collect"),
            (tcpProbe + "\nthresholds: [{ fact: tcp.port.*, crit: \"no\" }]", "crit", "is no comparison"),
            (tcpProbe + "\nthresholds: [{ fact: tcp.port.* }]", "limit", "has no limit"),
            (tcpProbe + "\nthresholds: [{ crit: \"< 1\" }]", "both", "one fact or one metric"),
        ]
        for (text, label, says) in cases {
            let errors = try #require(throws: InputErrors.self, "\(label)") { try World.library(text) }
            #expect(errors.description.contains(says), "\(label): \(errors)")
        }
    }
}
