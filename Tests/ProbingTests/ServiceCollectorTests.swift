import Addressing
import CMDB
import Evidence
import Notation
import Probing
import Remote
import TestSupport
import Testing

/// The shipped service probes against scripted answers.
@Suite(.tags(.medium)) struct ServiceCollectorTests {
    private func run(
        _ probe: String, _ monitoring: [String: JSONValue], _ services: FakeServices, both: Bool = false,
        others: [Object] = []
    ) async throws -> ProbeRunReport {
        let extra: [String: JSONValue] = both ? ["primary_ip6": "::1"] : [:]
        let devices = [World.device("a", monitoring: monitoring, extra)] + others
        let plan = try ProbePlan(World.shipped(), names: [probe], target: "name=a", in: World.context(devices))
        return await World.runner(services).run(plan)
    }

    private func judge(_ probe: String, _ report: ProbeRunReport) throws -> [String: ThresholdState] {
        let definition = try #require(try World.shipped()[probe])
        let verdicts = definition.judge(
            ObjectID(.device, "a"), facts: report.facts, samples: report.samples, at: World.moment)
        return Dictionary(verdicts.map { ($0.threshold, $0.state) }, uniquingKeysWith: max)
    }

    @Test("echo tells loss and times per family; silence is a fact and a failure") func echo() async throws {
        let services = FakeServices(echo: { address in
            address.description == "::1"
                ? EchoReport(sent: 3, roundTrips: [])
                : EchoReport(sent: 3, roundTrips: [.milliseconds(2), .milliseconds(4)])
        })
        let report = try await run("icmp-echo", ["icmp": true], services, both: true)
        let facts = Dictionary(uniqueKeysWithValues: report.facts.map { ($0.name, $0.value) })
        #expect(
            facts["icmp.echo"] == [
                "sent": 3, "received": 2, "loss_percent": 33.3, "rtt_min_ms": 2.0, "rtt_avg_ms": 3.0,
                "rtt_max_ms": 4.0, "family": "v4",
            ])
        #expect(facts["icmp.echo.v6"]?["loss_percent"] == 100.0)
        #expect(report.counts.ok == 1 && report.counts.unreachable == 1)
        #expect(report.verdict == .unreachable)
        #expect(
            Set(report.samples.map { "\($0.name){\($0.instance)}" }) == [
                "icmp.loss{}", "icmp.loss{v6}", "icmp.round_trip_time{}",
            ])
        #expect(try judge("icmp-echo", report)["icmp.echo/loss_percent"] == .critical)
    }

    @Test("a missing adapter is unsupported, not a crash") func missing() async throws {
        let monitoring: [String: JSONValue] = [
            "icmp": true, "http": [["url": "http://a.vn"]], "dns_names": ["a.vn A"], "ntp_port": 123,
            "smtp_ports": [25], "postgresql_ports": [5432], "mysql_ports": [3306],
        ]
        let names = [
            "icmp-echo", "http-page", "dns-server", "ntp-clock", "smtp-banner", "postgresql-port", "mysql-port",
        ]
        let plan = try ProbePlan(
            World.shipped(), names: names, in: World.context([World.device("a", monitoring: monitoring)]))
        let report = await World.runner().run(plan)
        #expect(report.results.count == 7)
        for result in report.results {
            guard case .failed(let error) = result.outcome else {
                Issue.record("\(result.pair.source) did not fail")
                continue
            }
            #expect(error.code == .unsupported, "\(result.pair.source)")
        }
    }

    @Test("pages are judged by status and body; one that fails leaves the others") func pages() async throws {
        let services = FakeServices(page: { check in
            switch check.url {
            case "http://a.vn/ok":
                World.page(body: "all is OK", headers: [("location", "x\u{1B}[2J"), ("set-cookie", "s=1")])
            case "http://a.vn/other": World.page(body: "down")
            case "http://a.vn/404": World.page(404)
            case "http://a.vn/long": World.page(body: "start", bytes: 5_000_000)
            default: throw RemoteError(.timeout, subject: "device/a", message: "no answer")
            }
        })
        let checks: JSONValue = [
            ["url": "http://a.vn/ok", "match": "is (OK|fine)$"], ["url": "http://a.vn/other", "match": "OK"],
            ["url": "http://a.vn/404"], ["url": "http://a.vn/long", "match": "OK"], ["url": "http://a.vn/none"],
        ]
        let report = try await run("http-page", ["http": checks], services)
        let facts = Dictionary(uniqueKeysWithValues: report.facts.map { ($0.name, $0.value) })
        #expect(facts["http.page.http_a_vn_ok"]?["good"] == true)
        #expect(facts["http.page.http_a_vn_ok"]?["location"] == "x[2J")
        #expect(facts["http.page.http_a_vn_other"]?["matched"] == false)
        #expect(facts["http.page.http_a_vn_404"]?["good"] == false)
        #expect(facts["http.page.http_a_vn_long"]?["matched"] == nil)
        #expect(facts.count == 4)
        #expect(report.results.first?.outcome == .partial)
        #expect(report.results.first?.failures.count == 2)
        #expect(try judge("http-page", report)["http.page.*/good"] == .critical)
        #expect(services.asked.first == "get http://a.vn/ok at 127.0.10.1:80")
        let dead = try await run("http-page", ["http": [["url": "http://a.vn/none"]]], services)
        #expect(dead.verdict == .unreachable)
    }

    @Test("serials are compared over all servers of the zone") func zones() async throws {
        let others = ["b", "c"].enumerated().map { place, name in
            World.device(name, address: "127.0.10.\(place + 2)", monitoring: ["dns_zones": ["x.vn"]])
        }
        let services = FakeServices(name: { question, server, recursive in
            switch server.address.description {
            case "127.0.10.2": return World.zone(12)
            case "127.0.10.3": throw RemoteError(.timeout, subject: "device/c", message: "no answer")
            default: return World.zone(10)
            }
        })
        let report = try await run("dns-server", ["dns_zones": ["x.vn"]], services, others: others)
        let value = try #require(report.facts.first?.value)
        #expect(report.facts.map(\.name) == ["dns.zone.x.vn"])
        #expect(value["serial"] == 10 && value["behind"] == 2 && value["agree"] == false && value["newest"] == 12)
        #expect(value["servers_asked"] == 3 && value["servers_answered"] == 2)
        #expect(value["others"]?.array?.last == ["server": "device/c", "problem": "timeout"])
        let verdicts = try judge("dns-server", report)
        #expect(verdicts["dns.zone.*/agree"] == .warning)
        #expect(verdicts["dns.zone.*/authoritative"] == .ok)
        let alone = try await run("dns-server", ["dns_zones": ["x.vn"]], services)
        #expect(alone.facts.first?.value["agree"] == nil && alone.facts.first?.value["behind"] == nil)
        #expect(alone.verdict == .done)
    }

    @Test("a server that refuses its zone, and names that do not resolve, are told") func names() async throws {
        let services = FakeServices(name: { question, _, recursive in
            if question.type == .soa { return World.zone(nil, rcode: "REFUSED") }
            return DNSReport(
                rcode: question.name == "gone.vn" ? "NXDOMAIN" : "NOERROR",
                records: question.name == "gone.vn" ? [] : ["192.0.2.1"], ttl: 30,
                security: recursive ? .bogus : .unchecked, bogusReason: recursive ? "no signature" : nil,
                authoritative: recursive ? nil : true, serial: nil, duration: .milliseconds(1))
        })
        let report = try await run(
            "dns-server", ["dns_zones": ["x.vn"], "dns_names": ["www.x.vn A", "gone.vn A"]], services)
        #expect(report.facts.map(\.name) == ["dns.zone.x.vn", "dns.name.www.x.vn.a", "dns.name.gone.vn.a"])
        #expect(report.results.first?.outcome == .partial)
        let verdicts = try judge("dns-server", report)
        #expect(verdicts["dns.name.*/rcode"] == .critical && verdicts["dns.name.*/security"] == .critical)
        #expect(
            services.asked == [
                "ask x.vn SOA 127.0.10.1:53", "ask www.x.vn A 127.0.10.1:53", "resolve gone.vn A 127.0.10.1:53",
            ])
    }

    @Test("clocks, mail and databases give what they said, cleaned") func greetings() async throws {
        let tls = TLSReport(accepted: [.tls12], refused: [], chain: [], verificationProblem: "self-signed")
        let services = FakeServices(
            clock: { _ in
                NTPReport(
                    offset: -0.25, delay: 0.01, stratum: 3, leap: 0, referenceID: "10.0.0.1", rootDelay: 0,
                    rootDispersion: 0)
            },
            mail: { _ in
                SMTPReport(
                    banner: "mail\u{07} ready", capabilities: ["STARTTLS"], tls: tls, duration: .milliseconds(5))
            },
            database: { engine in
                DatabaseGreeting(
                    engine: engine, version: engine == .mysql ? "10.11" : nil, offersTLS: false,
                    problem: engine == .mysql ? "Too many connections" : nil, duration: .milliseconds(1))
            })
        let clock = try await run("ntp-clock", ["ntp_port": 123], services)
        #expect(clock.facts.map(\.name) == ["ntp.clock"])
        #expect(clock.facts[0].value["offset_abs_s"] == 0.25 && clock.facts[0].value["synchronised"] == true)
        #expect(try judge("ntp-clock", clock)["ntp.clock/offset_abs_s"] == .warning)
        let mail = try await run("smtp-banner", ["smtp_ports": [25], "smtp_name": "mx.vn"], services)
        #expect(mail.facts.map(\.name) == ["smtp.banner.25"])
        #expect(mail.facts[0].value["banner"] == "mail ready")
        #expect(mail.facts[0].value["tls"]?["problem"] == "self-signed")
        #expect(try judge("smtp-banner", mail)["smtp.banner.*/tls/days_left"] == .ok)
        #expect(services.asked.contains("smtp 127.0.10.1:25 mx.vn"))
        let postgres = try await run("postgresql-port", ["postgresql_ports": [5432]], services)
        #expect(postgres.facts.map(\.name) == ["postgresql.greeting.5432"])
        #expect(postgres.facts[0].value["ready"] == true)
        let mysql = try await run("mysql-port", ["mysql_ports": [3306]], services)
        #expect(mysql.facts[0].value["version"] == "10.11" && mysql.facts[0].value["ready"] == false)
        #expect(try judge("mysql-port", mysql)["mysql.greeting.*/ready"] == .critical)
    }

    @Test("a second family has its own facts and series") func second() async throws {
        let plan = try ProbePlan(
            World.shipped(), names: ["tcp-port"],
            in: World.context([World.device("a", monitoring: ["tcp_ports": [22]], ["primary_ip6": "::1"])]))
        let report = await World.runner(tcp: FakeTCP(result: .success(.milliseconds(1)))).run(plan)
        #expect(report.facts.map(\.name) == ["tcp.port.22", "tcp.port.22.v6"])
        #expect(report.facts.map { $0.value["family"] } == ["v4", "v6"])
        #expect(report.samples.map(\.instance) == ["22", "22.v6"])
    }
}
