import CMDB
import Evidence
import Foundation
import GRDB
import TestSupport
import Testing
import TimeSeries

@Suite("Samples in time", .tags(.medium))
struct SampleStoreTests {
    private let folder: TemporaryFolder
    private let web = ObjectID(.device, "web-01")
    private let noon = Timestamp(milliseconds: 1_795_262_400_000)

    init() throws { folder = try TemporaryFolder("samples") }

    private var path: String { folder.file("data/samples.sqlite") }

    private func sample(
        _ value: Sample.Number, at: Int64 = 0, name: String = "snmp.if_hc_in_octets", instance: String = "eth0",
        unit: String = "By", of subject: ObjectID? = nil
    ) -> Sample {
        Sample(
            subject: subject ?? web, name: name, instance: instance, value: value, unit: unit,
            at: noon + .milliseconds(at))
    }

    private func code(_ body: () throws -> Void) -> StorageError.Code? {
        do {
            try body()
            return nil
        } catch { return (error as? StorageError)?.code ?? .other }
    }

    @Test("counters stay exact to the last bit, gauges too, after closing and opening again")
    func exact() throws {
        let store = try SampleStore(path: path)
        let counts: [UInt64] = [0, 1, 1 << 53, (1 << 53) + 1, 1 << 63, .max - 1, .max]
        let levels = [0.0, -0.0, 0.1, -1e308, .leastNonzeroMagnitude, .infinity, -.infinity]
        let counters = counts.enumerated().map { sample(.counter($0.element), at: Int64($0.offset)) }
        let gauges = levels.enumerated().map {
            sample(.gauge($0.element), at: Int64($0.offset), name: "load", instance: "", unit: "1")
        }
        try store.store(counters + gauges + [sample(.gauge(.nan), name: "nan", instance: "")])
        try store.close()
        let again = try SampleStore(path: path, readOnly: true)
        #expect(
            try again.samples(subject: web, name: "snmp.if_hc_in_octets", instance: "eth0", since: noon) == counters)
        let read = try again.samples(subject: web, name: "load", instance: "", since: noon)
        for (sample, level) in zip(read, levels) {
            guard case .gauge(let value) = sample.value else {
                Issue.record("a gauge came back as \(sample.value)")
                return
            }
            #expect(value.bitPattern == level.bitPattern)
        }
        #expect(read.count == levels.count)
        let nan = try #require(try again.latestSamples(subject: web).first { $0.name == "nan" })
        guard case .gauge(let value) = nan.value, value.isNaN else {
            Issue.record("NaN came back as \(nan.value)")
            return
        }
        #expect(code { try again.store(counters) } == .readOnly)
    }

    @Test("the newest of every series is known, whatever the order of arrival")
    func latest() throws {
        let store = try SampleStore(path: path)
        let mail = ObjectID(.system, "mail")
        try store.store([
            sample(.counter(5), at: 5), sample(.counter(3), at: 3), sample(.gauge(1), name: "a", of: mail),
        ])
        try store.store([sample(.counter(4), at: 4), sample(.counter(1), at: 9, instance: "eth1")])
        #expect(try store.latestSamples(subject: web).map(\.value) == [.counter(5), .counter(1)])
        #expect(try store.latestSamples(subject: nil).map(\.subject) == [web, web, mail])
        #expect(try store.latestSamples(subject: ObjectID(.device, "other")).isEmpty)
        let since = try store.samples(
            subject: web, name: "snmp.if_hc_in_octets", instance: "eth0", since: noon + .milliseconds(4))
        #expect(since.map(\.value) == [.counter(4), .counter(5)])
        #expect(try store.samples(subject: mail, name: "b", instance: "", since: noon).isEmpty)
    }

    @Test("the same sample stored again is one sample")
    func again() throws {
        let store = try SampleStore(path: path)
        for _ in 0..<2 { try store.store((0..<10).map { sample(.counter(UInt64($0)), at: Int64($0)) }) }
        #expect(try store.counts() == (series: 1, samples: 10))
    }

    @Test("a series keeps its unit; a sample in another is refused with all that came with it")
    func unit() throws {
        let store = try SampleStore(path: path)
        try store.store([sample(.counter(1))])
        let error = #expect(throws: StorageError.self) {
            try store.store([sample(.counter(2), at: 1), sample(.counter(3), at: 2, unit: "bit")])
        }
        #expect(error?.code == .conflict && error?.message.contains("device/web-01") == true)
        #expect(try store.counts() == (series: 1, samples: 1))
    }

    @Test("agrees with a dictionary on random samples")
    func model() throws {
        var random = SeededGenerator("samples")
        let store = try SampleStore(path: path)
        var model: [String: [Int64: UInt64]] = [:]
        for _ in 0..<20 {
            let batch = (0..<50).map { _ in
                let instance = "eth\(Int.random(in: 0..<4, using: &random))"
                let at = Int64.random(in: 0..<40, using: &random)
                let value = random.next()
                model[instance, default: [:]][at] = value
                return sample(.counter(value), at: at, instance: instance)
            }
            try store.store(batch)
        }
        for (instance, values) in model {
            let expected = values.sorted { $0.key < $1.key }.map {
                sample(.counter($0.value), at: $0.key, instance: instance)
            }
            let read = try store.samples(subject: web, name: expected[0].name, instance: instance, since: noon)
            #expect(read == expected)
            #expect(try store.latestSamples(subject: web).first { $0.instance == instance } == expected.last)
        }
    }

    @Test("files are private; missing, locked, foreign and damaged ones are told apart")
    func failures() throws {
        #expect(code { _ = try SampleStore(path: path, readOnly: true) } == .notFound)
        let store = try SampleStore(path: path, busyTimeout: .milliseconds(20))
        try store.store([sample(.counter(1))])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let other = try DatabaseQueue(path: path)
        try other.inTransaction(.immediate) { _ in
            #expect(code { try store.store([sample(.counter(2), at: 1)]) } == .locked)
            return .rollback
        }
        try other.write { db in try db.execute(sql: "UPDATE series SET latest_type = 9") }
        #expect(code { _ = try store.latestSamples(subject: nil) } == .corrupt)
        try other.write { db in try db.execute(sql: "UPDATE series SET latest_value = 'x'") }
        #expect(code { _ = try store.latestSamples(subject: nil) } == .corrupt)
        try other.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-future')") }
        #expect(code { _ = try SampleStore(path: path) } == .newerSchema)
        try folder.write(String(repeating: "no database\n", count: 100), to: "text.sqlite")
        #expect(code { _ = try SampleStore(path: folder.file("text.sqlite")) } == .corrupt)
        #expect(code { _ = try SampleStore(path: folder.file("text.sqlite/x")) } == .io)
    }
}
