import Addressing
import Notation
import Probing
import Remote
import Synchronization
import TestSupport

/// All further adapters at once; each answers with what its closure says and remembers what it was asked.
final class FakeServices: ICMPEchoer, HTTPInspector, DNSClient, NTPClient, SMTPInspector, DatabaseGreeter {
    typealias Answer<Question, Report> = @Sendable (Question) throws -> Report
    private let echoes: Answer<IPAddress, EchoReport>
    private let pages: Answer<HTTPCheck, HTTPReport>
    private let names: Answer<(DNSQuestion, Endpoint, recursive: Bool), DNSReport>
    private let clocks: Answer<Endpoint, NTPReport>
    private let mail: Answer<Endpoint, SMTPReport>
    private let databases: Answer<DatabaseGreeting.Engine, DatabaseGreeting>
    private let log = Mutex<[String]>([])

    static func unscripted<Question, Report>(_ question: Question) throws -> Report {
        throw RemoteError(.unsupported, subject: "-", message: "not scripted")
    }

    init(
        echo: @escaping Answer<IPAddress, EchoReport> = { try unscripted($0) },
        page: @escaping Answer<HTTPCheck, HTTPReport> = { try unscripted($0) },
        name: @escaping Answer<(DNSQuestion, Endpoint, recursive: Bool), DNSReport> = { try unscripted($0) },
        clock: @escaping Answer<Endpoint, NTPReport> = { try unscripted($0) },
        mail: @escaping Answer<Endpoint, SMTPReport> = { try unscripted($0) },
        database: @escaping Answer<DatabaseGreeting.Engine, DatabaseGreeting> = { try unscripted($0) }
    ) {
        echoes = echo
        pages = page
        names = name
        clocks = clock
        self.mail = mail
        databases = database
    }

    var asked: [String] { log.withLock { $0 } }
    private func note(_ text: String) { log.withLock { $0.append(text) } }

    func echo(_ address: IPAddress, subject: String, count: Int, interval: Duration, timeout: Duration) async throws
        -> EchoReport
    {
        note("echo \(address) \(count)")
        return try echoes(address)
    }

    func fetch(_ check: HTTPCheck, subject: String, timeout: Duration) async throws -> HTTPReport {
        note("get \(check.url) at \(check.endpoint)")
        return try pages(check)
    }

    func resolve(_ question: DNSQuestion, through server: Endpoint, subject: String, timeout: Duration) async throws
        -> DNSReport
    {
        note("resolve \(question.name) \(question.type.rawValue) \(server)")
        return try names((question, server, true))
    }

    func ask(_ question: DNSQuestion, at server: Endpoint, subject: String, timeout: Duration) async throws
        -> DNSReport
    {
        note("ask \(question.name) \(question.type.rawValue) \(server)")
        return try names((question, server, false))
    }

    func query(_ endpoint: Endpoint, subject: String, timeout: Duration) async throws -> NTPReport {
        note("ntp \(endpoint)")
        return try clocks(endpoint)
    }

    func greet(_ endpoint: Endpoint, serverName: String?, subject: String, timeout: Duration) async throws
        -> SMTPReport
    {
        note("smtp \(endpoint) \(serverName ?? "-")")
        return try mail(endpoint)
    }

    func greet(_ endpoint: Endpoint, as engine: DatabaseGreeting.Engine, subject: String, timeout: Duration)
        async throws -> DatabaseGreeting
    {
        note("\(engine.rawValue) \(endpoint)")
        return try databases(engine)
    }
}

extension World {
    static func runner(_ services: FakeServices, tcp: FakeTCP = FakeTCP(), tls: FakeTLS = FakeTLS()) -> ProbeRunner {
        ProbeRunner(
            ProbeRunner.Adapters(
                snmp: FakeAgent(), shell: FakeShell(), tls: tls, tcp: tcp, icmp: services, http: services,
                dns: services, ntp: services, smtp: services, database: services),
            concurrency: 1, now: { moment })
    }

    static func page(
        _ status: Int = 200, body: String = "", bytes: Int? = nil, complete: Bool = true,
        headers: [(name: String, value: String)] = []
    ) -> HTTPReport {
        HTTPReport(
            status: status, version: "HTTP/1.1", headers: headers, body: Array(body.utf8),
            bodyBytes: bytes ?? body.utf8.count, isComplete: complete, connect: .milliseconds(1), tls: nil,
            firstByte: .milliseconds(2), total: .milliseconds(3))
    }

    static func zone(_ serial: UInt32?, rcode: String = "NOERROR") -> DNSReport {
        DNSReport(
            rcode: rcode, records: serial.map { ["a. b. \($0) 1 1 1 1"] } ?? [], ttl: 60, security: .unchecked,
            bogusReason: nil, authoritative: serial != nil, serial: serial, duration: .milliseconds(2))
    }
}
