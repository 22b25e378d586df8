import Addressing
import ArgumentParser
import CMDB
import Foundation
import IPAM
import Notation
import Storage

extension IPCommand {
    struct Show: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is this address: networks, segment, zone, machine, names.",
            discussion: """
                Looks in every routing table unless --vrf names one.

                Examples:
                  hatang ip show 10.20.110.11
                  hatang ip show 2001:db8:110::11 --format json

                Exit codes: 0 shown, 6 no network, range or record knows it, 64 not an address.
                """)
        @Argument(help: "IPv4 or IPv6 address; a mask is ignored.") var address: String
        @OptionGroup var table: VRFOption
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let address: IPAddress
            do {
                address =
                    self.address.contains("/")
                    ? try InterfaceAddress(self.address).address : try IPAddress(self.address)
            } catch {
                throw CommandFailure(.usage, error.message)
            }
            let book = try session.addressBook(session.database())
            let vrf = try table.vrf.map { try session.vrf($0, in: book.snapshot) }
            let found = book.lookUp(address, vrf: vrf)
            session.console.emit(
                Answer(
                    json: .object([
                        "address": .string(address.description), "reverse_name": .string(address.reverseName),
                        "special_purpose": address.specialPurpose.map { .string($0.name) } ?? .null,
                        "places": .array(found.map(Self.json)),
                    ]),
                    table: TextTable(
                        names: ["vrf", "field", "value"], rows: found.flatMap { Self.rows($0, address) }),
                    identifiers: found.flatMap(\.hosts).map(\.object.id.description)))
            guard !found.isEmpty else {
                let what = address.specialPurpose.map { ", \($0.name)" } ?? ""
                throw CommandFailure(
                    .nothingToDo,
                    "\(address)\(what): no network, range or record of \(book.spaces.count) routing tables knows it")
            }
        }

        private static func json(_ place: AddressLookup) -> JSONValue {
            func ids(_ objects: [Object]) -> JSONValue { .array(objects.map { .string($0.id.description) }) }
            return .object([
                "vrf": .string(place.vrf),
                "networks": .array(
                    place.chain.map {
                        .object([
                            "prefix": .string($0.prefix.description), "id": .string($0.object.id.description),
                            "status": .string($0.status),
                        ])
                    }),
                "ranges": ids(place.ranges.map(\.object)),
                "records": .array(place.hosts.map { $0.object.json }),
                "segment": place.segment.map { .string($0.id.key) } ?? .null,
                "zones": .array(place.zones.map { .string($0.id.key) }),
                "vlan": place.vlan?.fields["vid"] ?? .null,
                "interfaces": ids(place.carriers.map(\.interface)),
                "machines": ids(place.carriers.compactMap(\.machine)),
                "gateway_of": ids(place.gatewayOf), "names": .array(place.names.map { .string($0) }),
                "free": place.isFree.map { .bool($0) } ?? .null,
            ])
        }

        private static func rows(_ place: AddressLookup, _ address: IPAddress) -> [[String]] {
            var rows: [[String]] = []
            func add(_ field: String, _ value: String?) {
                if let value, !value.isEmpty { rows.append([place.vrf, field, value]) }
            }
            for network in place.chain { add("network", "\(network.prefix) \(network.status) \(network.object.id)") }
            for range in place.ranges { add("range", "\(range.range) \(range.status)") }
            for zone in place.zones { add("zone", "\(zone.id.key) \(zone.displayName)") }
            add("vlan", place.vlan.map { "\($0.int("vid").map(String.init) ?? "?") \($0.displayName)" })
            for segment in place.gatewayOf { add("gateway of", segment.id.description) }
            for host in place.hosts {
                add("record", "\(host.object.id) \(host.status)\(host.role.map { " \($0)" } ?? "")")
                if let reservation = host.reservation {
                    add("reserved for", reservation.purpose)
                    add("reserved by", reservation.by)
                    add("reserved until", reservation.until)
                }
            }
            for carrier in place.carriers {
                add("interface", carrier.interface.id.key)
                add("machine", carrier.machine.map { "\($0.id) \($0.displayName)" })
            }
            for name in place.names { add("name", name) }
            add("reverse name", address.reverseName)
            add("free", place.isFree.map { $0 ? "yes" : "no" })
            return rows
        }
    }

    struct Check: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look for doubled addresses, overlaps, wrong masks and names that do not fit.",
            discussion: """
                Looks at the whole inventory. Names are judged by RFC 1123; with --domain also whether they are ours.

                Examples:
                  hatang ip check
                  hatang ip check --domain langson.gov.vn --severity warning --format csv

                Exit codes: 0 no error and no warning, 2 some, 6 there is no address and no network.
                """)
        @Option(help: "A domain that is ours; may be repeated. Names outside are findings.") var domain: [String] = []
        @Option(help: "Least severity to list: error, warning or info.") var severity: String = "info"
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if AddressFinding.Severity(rawValue: severity) == nil {
                throw ValidationError("--severity is error, warning or info")
            }
            for name in domain {
                if let fault = HostName.fault(name) { throw ValidationError("--domain \(name) is no domain: \(fault)") }
            }
        }

        func run(in session: Session) async throws {
            let book = try session.addressBook(session.database())
            let report = AddressChecks.run(book, domains: domain)
            let least = AddressFinding.Severity(rawValue: severity) ?? .info
            let shown = report.findings.filter { $0.severity <= least }
            session.console.emit(Self.answer(shown, report))
            let addresses = book.spaces.reduce(0) { $0 + $1.hosts.count }
            let networks = book.spaces.reduce(0) { $0 + $1.networks.count }
            let counts = AddressFinding.Severity.allCases.map { report.count($0) }
            session.console.say(
                vi:
                    "Đã xét \(addresses) địa chỉ, \(networks) mạng, \(book.spaces.count) bảng định tuyến: \(counts[0]) lỗi, \(counts[1]) cảnh báo, \(counts[2]) thông tin.",
                en:
                    "Looked at \(addresses) addresses, \(networks) networks, \(book.spaces.count) routing tables: \(counts[0]) errors, \(counts[1]) warnings, \(counts[2]) notes."
            )
            if domain.isEmpty {
                session.console.say(
                    vi: "Chưa xét tên ngoài miền của ta: thêm --domain.",
                    en: "Names outside our domains were not looked for: add --domain.")
            }
            if addresses + networks == 0 { throw ExitStatus.nothingToDo }
            if report.hasProblems { throw ExitStatus.answerIsNo }
        }

        private static func answer(_ findings: [AddressFinding], _ report: AddressReport) -> Answer {
            Answer(
                json: .object([
                    "looked": .object(
                        Dictionary(
                            report.looked.map { ($0.key.rawValue, .int(Int64($0.value))) }, uniquingKeysWith: { $1 })),
                    "findings": .array(
                        findings.map {
                            .object([
                                "check": .string($0.check.rawValue), "severity": .string($0.severity.rawValue),
                                "vrf": .string($0.vrf), "subject": .string($0.subject),
                                "records": .array($0.records.map { .string($0.description) }),
                                "problem": .string($0.problem), "remedy": .string($0.remedy),
                            ])
                        }),
                ]),
                table: TextTable(
                    names: ["severity", "check", "vrf", "subject", "problem", "remedy", "records"],
                    rows: findings.map {
                        [
                            $0.severity.rawValue, $0.check.rawValue, $0.vrf, $0.subject, $0.problem, $0.remedy,
                            $0.records.map(\.description).joined(separator: " "),
                        ]
                    },
                    colour: { column, text in
                        guard column == 0 else { return nil }
                        return text == "error" ? .red : text == "warning" ? .yellow : .dim
                    }), identifiers: findings.map { "\($0.check.rawValue) \($0.subject)" })
        }
    }
}
