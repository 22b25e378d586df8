import Addressing
import Foundation
import Glibc
import Remote
import TestSupport
import Testing

@testable import Endpoints

/// Reads what ping(8) may do on this machine as it is.
private let mayPing: Bool = (try? ICMPSocket.open(.v4)) != nil

@Suite(.tags(.large), .serialized, .timeLimit(.minutes(3))) struct ICMPProberTests {
    private func echo(
        _ prober: ICMPProber, _ address: String, count: Int = 1, interval: Duration = .milliseconds(5),
        timeout: Duration = .seconds(20)
    ) async throws -> EchoReport {
        try await prober.echo(
            try IPAddress(address), subject: "device/test", count: count, interval: interval, timeout: timeout)
    }

    @Test("loopback answers every request, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
    func answers(_ address: String) async throws {
        let prober = ICMPProber()
        if !mayPing {
            let error = await #expect(throws: RemoteError.self) { try await echo(prober, address) }
            #expect(error?.code == .unsupported)
            return
        }
        let report = try await echo(prober, address, count: 3)
        #expect(report.sent == 3)
        #expect(report.received == 3)
        #expect(report.roundTrips.allSatisfy { $0 > .zero && $0 < .seconds(20) })
        #expect(report.problem == nil)
    }

    @Test("thousands of targets at once share one socket, and each gets its own answers", .enabled(if: mayPing))
    func many() async throws {
        let prober = ICMPProber()
        let reports = try await withThrowingTaskGroup(of: EchoReport.self) { group in
            for number in 0..<3_000 {
                let address = "127.\(1 + number / 65_025).\(number / 255 % 255).\(1 + number % 255)"
                group.addTask { try await echo(prober, address, count: 2) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reports.count == 3_000)
        #expect(reports.allSatisfy { $0.sent == 2 && $0.received == 2 })
        #expect(prober.ownDrops == 0)
    }

    @Test(
        "an unprivileged user of the right group needs nothing else", .enabled(if: NetworkRoom.isPossible),
        arguments: ["127.0.0.1", "::1"])
    func unprivileged(_ address: String) async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": "0 0"], withoutPrivileges: true)
        let prober = ICMPProber(opening: { family in
            let socket = try room.open(family)
            guard socket.kind == .datagram else { throw NetworkRoom.Failure(text: "raw") }
            return socket
        })
        let report = try await echo(prober, address, count: 4)
        #expect(report.received == 4)
    }

    @Test(
        "who may open no socket is told which sysctl to set", .enabled(if: NetworkRoom.isPossible),
        arguments: ["127.0.0.1", "::1"])
    func forbidden(_ address: String) async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": "1 0"], withoutPrivileges: true)
        let prober = ICMPProber(opening: { try room.open($0) })
        let error = await #expect(throws: RemoteError.self) { try await echo(prober, address) }
        #expect(error?.code == .unsupported)
        #expect(error?.subject == "device/test")
        #expect(error?.message.contains("net.ipv4.ping_group_range") == true)
    }

    @Test(
        "a silent target is a report without answers, raw or not", .enabled(if: NetworkRoom.isPossible),
        arguments: ["0 0", "1 0"], ["127.0.0.1", "::1"])
    func silent(_ groups: String, _ address: String) async throws {
        let room = NetworkRoom([
            "ipv4/ping_group_range": groups, "ipv4/icmp_echo_ignore_all": "1", "ipv6/icmp/echo_ignore_all": "1",
        ])
        let prober = ICMPProber(opening: { try room.open($0) })
        let started = ContinuousClock.now
        let report = try await echo(prober, address, count: 3, timeout: .milliseconds(150))
        #expect(report == EchoReport(sent: 3, roundTrips: []))
        #expect(started.duration(to: .now) >= .milliseconds(160))
    }

    @Test("no route is unreachable at once, IPv4 and IPv6", .enabled(if: NetworkRoom.isPossible))
    func noRoute() async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": "0 0"])
        let prober = ICMPProber(opening: { try room.open($0) })
        for address in ["192.0.2.1", "2001:db8::1", "fe80::1%nosuch0", "fe80::1"] {
            let error = await #expect(throws: RemoteError.self) { try await echo(prober, address) }
            #expect(error?.code == .unreachable, "\(address): \(String(describing: error))")
        }
        // The error of one target is none of another's.
        #expect(try await echo(prober, "127.0.0.7").received == 1)
    }

    @Test(
        "a cancelled echo and the echoes of a prober that is shut down end as cancelled",
        .enabled(if: NetworkRoom.isPossible))
    func cancelled() async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": "0 0", "ipv4/icmp_echo_ignore_all": "1"])
        let prober = ICMPProber(opening: { try room.open($0) })
        let early = Task { try await echo(prober, "127.0.0.1", timeout: .seconds(600)) }
        early.cancel()
        await #expect(throws: RemoteError.self) { try await early.value }
        let late = Task { try await echo(prober, "127.0.0.1", timeout: .seconds(600)) }
        let shut = Task { try await echo(prober, "127.0.0.2", count: 9, timeout: .seconds(600)) }
        _ = try await room.nextRequest()
        late.cancel()
        let lateError = await #expect(throws: RemoteError.self) { try await late.value }
        #expect(lateError?.code == .cancelled)
        prober.shutdown()
        let shutError = await #expect(throws: RemoteError.self) { try await shut.value }
        #expect(shutError?.code == .cancelled)
        prober.shutdown()
    }

    @Test(
        "only the target itself, with the right number and token, can answer", .enabled(if: NetworkRoom.isPossible),
        arguments: ["0 0", "1 0"])
    func forged(_ groups: String) async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": groups, "ipv4/icmp_echo_ignore_all": "1"])
        let prober = ICMPProber(opening: { try room.open($0) })
        let lied = Task { try await echo(prober, "127.0.0.5", timeout: .milliseconds(400)) }
        try lie(room, try await room.nextRequest())
        #expect(try await lied.value == EchoReport(sent: 1, roundTrips: []))
        let task = Task { try await echo(prober, "127.0.0.5", count: 2, interval: .milliseconds(1)) }
        for _ in 0..<2 {
            var answer = try await room.nextRequest()
            try lie(room, answer)
            answer[0] = 0
            try room.say(answer, from: [127, 0, 0, 5])
            try room.say(answer, from: [127, 0, 0, 5])
        }
        let report = try await task.value
        #expect(report.sent == 2)
        #expect(report.received == 2)
        #expect(report.problem == nil)
    }

    /// Everything but the right answer to `request`.
    private func lie(_ room: NetworkRoom, _ request: [UInt8]) throws {
        var answer = request
        answer[0] = 0
        try room.say(answer, from: [127, 0, 0, 66])
        var wrongToken = answer
        wrongToken[12] ^= 1
        try room.say(wrongToken, from: [127, 0, 0, 5])
        var wrongNumber = answer
        wrongNumber[6] ^= 0x55
        try room.say(wrongNumber, from: [127, 0, 0, 5])
        try room.say(Array(answer[..<12]), from: [127, 0, 0, 5])
        var wrongCode = answer
        wrongCode[1] = 1
        try room.say(wrongCode, from: [127, 0, 0, 5])
    }

    struct Complaint: Sendable, CustomTestStringConvertible {
        let type: UInt8
        let code: UInt8
        let quoted: Int
        let text: String
        var testDescription: String { "\(text), \(quoted) bytes quoted" }
    }

    @Test(
        "what a router says instead of an answer is the problem, and is said by whom",
        .enabled(if: NetworkRoom.isPossible), arguments: ["0 0", "1 0"],
        [
            Complaint(type: 3, code: 1, quoted: 8, text: "destination unreachable: host"),
            Complaint(type: 3, code: 13, quoted: 64, text: "destination unreachable: communication prohibited"),
            Complaint(type: 11, code: 0, quoted: 64, text: "time to live exceeded"),
        ])
    func complaints(_ groups: String, _ complaint: Complaint) async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": groups, "ipv4/icmp_echo_ignore_all": "1"])
        let prober = ICMPProber(opening: { try room.open($0) })
        let task = Task { try await echo(prober, "127.0.0.5") }
        let request = try await room.nextRequest()
        let header = NetworkRoom.header([127, 0, 0, 1], [127, 0, 0, 5], request.count)
        // Somebody who did not see the request quotes what he guesses: not believed.
        var guess = request
        guess[12] ^= 1
        let start: [UInt8] = [complaint.type, complaint.code, 0, 0, 0, 0, 0, 0]
        if complaint.quoted > 16 { try room.say(start + header + guess, from: [127, 0, 0, 66]) }
        try room.say(start + header + request.prefix(complaint.quoted), from: [127, 0, 0, 99])
        let report = try await task.value
        #expect(report == EchoReport(sent: 1, roundTrips: [], problem: "\(complaint.text) (says 127.0.0.99)"))
        // The complaint stays with its target.
        let other = Task { try await echo(prober, "127.0.0.6") }
        var answer = try await room.nextRequest()
        answer[0] = 0
        try room.say(answer, from: [127, 0, 0, 6])
        #expect(try await other.value.received == 1)
    }

    @Test(
        "over IPv6 as well: what a router says is the problem, and a liar's answer is none",
        .enabled(if: NetworkRoom.isPossible), arguments: ["0 0", "1 0"],
        [
            Complaint(type: 1, code: 0, quoted: 64, text: "destination unreachable: no route"),
            Complaint(type: 1, code: 1, quoted: 8, text: "destination unreachable: communication prohibited"),
            Complaint(type: 3, code: 0, quoted: 64, text: "time to live exceeded"),
        ])
    func complaintsV6(_ groups: String, _ complaint: Complaint) async throws {
        let room = NetworkRoom(["ipv4/ping_group_range": groups, "ipv6/icmp/echo_ignore_all": "1"])
        let prober = ICMPProber(opening: { try room.open($0) })
        let task = Task { try await echo(prober, "::1") }
        let request = try await room.nextRequestV6()
        var lie = request
        (lie[0], lie[12]) = (129, lie[12] ^ 1)
        try room.sayV6(lie)
        // RFC 8200 section 3: version, length, next header 58, hop limit, source, destination.
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        let header = [0x60, 0, 0, 0, 0, UInt8(request.count), 58, 64] + loopback + loopback
        let start: [UInt8] = [complaint.type, complaint.code, 0, 0, 0, 0, 0, 0]
        try room.sayV6(start + header + request.prefix(complaint.quoted))
        let report = try await task.value
        #expect(report == EchoReport(sent: 1, roundTrips: [], problem: "\(complaint.text) (says ::1)"))
        let next = Task { try await echo(prober, "::1") }
        var answer = try await room.nextRequestV6()
        answer[0] = 129
        try room.sayV6(answer)
        #expect(try await next.value.received == 1)
    }
}

@Suite(.tags(.small)) struct ICMPCodecTests {
    @Test("a request stands on the wire as RFC 792 draws it") func request() {
        let packet = EchoPacket(identifier: 0x1234, sequence: 0x0107, token: 0x0011_2233_4455_6677)
        let bytes = packet.request(.v4)
        #expect(bytes.count == 64)
        #expect(
            Array(bytes[..<2] + bytes[4..<16]) == [8, 0, 0x12, 0x34, 1, 7, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77])
        // RFC 1071: the sum over everything, the sum included, is zero.
        #expect(EchoPacket.checksum(bytes.span) == 0)
        #expect(packet.request(.v6)[..<4] == [128, 0, 0, 0])
        #expect(EchoPacket.quotedRequest(bytes.span, .v4) == packet)
        #expect(EchoPacket.checksum(([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7] as [UInt8]).span) == ~0xDDF2)
    }

    @Test("answers are read at every cut without reading beyond it") func cuts() {
        var answer = EchoPacket(identifier: 7, sequence: 9, token: 11).request(.v4)
        answer[0] = 0
        let header = [UInt8]([0x46, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, 0]) + [127, 0, 0, 1, 127, 0, 0, 1, 1, 1, 1, 1]
        for length in 0...answer.count {
            let cut = Array(answer[..<length])
            let read = EchoPacket.reply(cut.span, .v4, hasIPHeader: false)
            #expect(read == (length < 16 ? nil : EchoPacket(identifier: 7, sequence: 9, token: 11)))
            let raw = EchoPacket.reply((header + cut).span, .v4, hasIPHeader: true)
            #expect(raw == read)
            #expect(EchoPacket.reply(cut.span, .v6, hasIPHeader: false) == nil)
        }
        for length in 0..<header.count {
            #expect(EchoPacket.reply(Array(header[..<length]).span, .v4, hasIPHeader: true) == nil)
        }
    }

    @Test("control data that lie about their length are left alone") func control() {
        var generator = SeededGenerator("icmp control", seed: 0x1C3B)
        var bytes: [UInt8] = [20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 40, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]
        bytes += [32, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 35, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        bytes += [48, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 113, 0, 0, 0, 2, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        bytes += [2, 0, 0, 0, 127, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0]
        let read = ICMPControl(bytes.span)
        #expect(read.drops == 5)
        #expect(read.timestamp == 2_000_000_003)
        #expect(
            read.complaint
                == ICMPControl.Complaint(errno: 113, origin: 2, type: 3, code: 1, offender: [127, 0, 0, 99]))
        for length in 0..<bytes.count { _ = ICMPControl(Array(bytes[..<length]).span) }
        for _ in 0..<20_000 {
            var broken = bytes
            for _ in 0..<3 {
                broken[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = ICMPControl(broken.span)
        }
    }

    @Test("complaints have the names of their codes, unknown ones too") func names() {
        #expect(ICMPComplaint.text(.v4, type: 3, code: 0) == "destination unreachable: network")
        #expect(ICMPComplaint.text(.v6, type: 1, code: 0) == "destination unreachable: no route")
        #expect(ICMPComplaint.text(.v6, type: 1, code: 200) == "destination unreachable: code 200")
        #expect(ICMPComplaint.text(.v6, type: 3, code: 0) == "time to live exceeded")
        #expect(ICMPComplaint.text(.v4, type: 77, code: 1) == "ICMP type 77 code 1")
    }

    @Test(
        "a round trip ends when the answer arrived, and no jump of the clock gets into it",
        arguments: [
            // Sent at 1,000, read at 9,000: the answer lay in the buffer for 3,000.
            (Int64?(497_000), Int64(500_000), UInt64(5_000)), (nil, 500_000, 8_000), (500_000, 500_000, 8_000),
            // The clock went back or on by an hour in between.
            (3_600_000_500_000, 500_000, 8_000), (500_000, 3_600_000_500_000, 8_000), (.min, .max, 8_000),
            (.max, .min, 8_000), (491_000, 500_000, 8_000),
        ] as [(Int64?, Int64, UInt64)])
    func roundTrip(_ arrived: Int64?, _ wall: Int64, _ expected: UInt64) {
        #expect(ICMPEngine.roundTrip(sent: 1_000, now: 9_000, arrived: arrived, wall: wall) == expected)
        #expect(ICMPEngine.roundTrip(sent: 9_000, now: 1_000, arrived: arrived, wall: wall) == 0)
    }
}
