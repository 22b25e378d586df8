import Remote
import TestSupport
import Testing

@testable import SNMP

/// The walk of several columns as a pure machine, against an agent that follows the rules.
@Suite(.tags(.small)) struct TableWalkTests {
    static let entry: OID = [1, 3, 6, 1, 2, 1, 2, 2, 1]

    /// `columns` columns with these many rows each; the values are strings of `width` bytes.
    static func objects(_ rows: [Int], width: Int = 4) -> [VarBind] {
        rows.enumerated().flatMap { column, count in
            (0..<count).map { row in
                VarBind(
                    entry.appending(UInt32(column + 1), UInt32(row * 3 + 1)),
                    .octets([UInt8](repeating: UInt8(truncatingIfNeeded: row), count: width)))
            }
        }
    }

    static func roots(_ count: Int) -> [OID] { (1...count).map { entry.appending(UInt32($0)) } }

    struct Course {
        var rows: [VarBind] = []
        var questions: [PDUBody] = []
        var bytes: [Int] = []
        var code: RemoteError.Code?
    }

    /// Plays a walk to its end.
    static func play(_ walk: inout TableWalk, _ agent: TableAgent, isV1: Bool = false) -> Course {
        var course = Course()
        var step = walk.begin()
        while course.questions.count < 10_000 {
            switch step {
            case .ask(let body):
                course.questions.append(body)
                let (status, index, rows) = agent.answer(body, isV1: isV1)
                course.bytes.append(
                    written { writePDU(.response, id: .max, status: status, index: index, rows, to: &$0) }.count)
                if status == ErrorStatus.noError {
                    step = walk.take(rows)
                } else if let next = walk.takeError(status, index) {
                    step = next
                } else {
                    course.code = .remote
                    return course
                }
            case .done(let rows):
                course.rows = rows
                return course
            case .failed(let code, _):
                course.code = code
                return course
            }
        }
        course.code = .timeout
        return course
    }

    @Test func `whatever the table and the agent, every column is read whole and in order`() {
        var generator = SeededGenerator("tables")
        for _ in 0..<400 {
            let columns = Int.random(in: 1...12, using: &generator)
            let rows = (0..<columns).map { _ in [0, 1, 2, 9, 10, 11, 40].randomElement(using: &generator) ?? 0 }
            let width = [0, 4, 30, 250].randomElement(using: &generator) ?? 0
            let objects = Self.objects(rows, width: width) + [VarBind([1, 3, 6, 1, 2, 1, 2, 3, 0], .integer(1))]
            var agent = TableAgent(objects.filter { _ in true })
            agent.mostRows = [0, 1, 3, 10_000].randomElement(using: &generator) ?? 0
            agent.mostBindings = [1, 2, 7, 10_000].randomElement(using: &generator) ?? 0
            let isV1 = Int.random(in: 0..<4, using: &generator) == 0
            if isV1 { agent.mostBindings = 10_000 }
            var lesson: LearntTables.Entry?
            for round in 0..<2 {
                var walk = TableWalk(
                    Self.roots(columns), limit: 40, most: Int.random(in: 1...60, using: &generator), learnt: lesson,
                    isV1: isV1)
                let course = Self.play(&walk, agent, isV1: isV1)
                let expected = Self.roots(columns).flatMap { root in objects.filter { $0.oid.isWithin(root) } }
                // GETNEXT must be answered in full: an agent that leaves bindings out of it breaks the rules.
                if course.code == .protocolViolation, agent.mostBindings < columns, agent.mostRows == 0 { continue }
                #expect(course.code == nil, "\(rows) \(agent.mostRows) \(agent.mostBindings) \(generator)")
                #expect(course.rows == expected, "round \(round): \(rows) \(generator)")
                #expect(walk.rowCounts == rows.map { $0 })
                lesson = walk.lesson
            }
        }
    }

    @Test func `the second walk of a table that fits one answer takes one question`() {
        let agent = TableAgent(Self.objects([12, 12, 12]) + [VarBind([1, 3, 6, 1, 2, 1, 3], .null)])
        var first = TableWalk(Self.roots(3), limit: 100, most: 50)
        #expect(Self.play(&first, agent).questions.map(\.maxRepetitions) == [10, 18])
        var second = TableWalk(Self.roots(3), limit: 100, most: 50, learnt: first.lesson)
        let course = Self.play(&second, agent)
        #expect(course.questions.map(\.maxRepetitions) == [13])
        #expect(course.rows.count == 36)
    }

    @Test func `a column that has ended is not asked again`() {
        let agent = TableAgent(Self.objects([2, 30, 2]) + [VarBind([1, 3, 6, 1, 2, 1, 3], .null)])
        var walk = TableWalk(Self.roots(3), limit: 100, most: 10)
        let course = Self.play(&walk, agent)
        #expect(course.questions.map { $0.names.count } == [3, 1, 1, 1])
        #expect(course.rows.count == 34)
    }

    @Test(arguments: [4, 20, 60, 200])
    func `answers stay below 1,400 bytes, by fewer rows and then by fewer columns`(width: Int) {
        let agent = TableAgent(Self.objects([Int](repeating: 60, count: 20), width: width))
        var learnt: LearntTables.Entry?
        for round in 0..<3 {
            var walk = TableWalk(Self.roots(20), limit: 100, most: 100, learnt: learnt)
            let course = Self.play(&walk, agent)
            #expect(course.rows.count == 1_200)
            // The very first answer is a guess; from then on the bytes are known.
            for bytes in course.bytes.dropFirst(round == 0 ? 1 : 0) {
                #expect(bytes <= TableWalk.answerBytes, "width \(width), round \(round)")
            }
            learnt = walk.lesson
        }
    }

    @Test func `columns that lie in each other are refused`() {
        #expect(TableWalk.problem(with: Self.roots(5)) == nil)
        #expect(TableWalk.problem(with: Self.roots(2) + [Self.entry]) != nil)
        #expect(TableWalk.problem(with: [Self.entry, Self.entry]) != nil)
    }

    @Test func `what an agent can bear is halved, remembered and slowly raised again`() {
        var limit = RepetitionLimit()
        limit.choked(at: 40)
        #expect(limit.ceiling == 20)
        // One answer that came to a retry only is not held against the agent, two in a row are.
        limit.suspect(at: 20)
        #expect(limit.ceiling == 20)
        limit.succeeded(at: 20)
        limit.suspect(at: 20)
        limit.succeeded(at: 8)
        limit.suspect(at: 18)
        #expect(limit.ceiling == 9)
        for _ in 0..<RepetitionLimit.patience { limit.succeeded(at: 9) }
        #expect(limit.ceiling == 11)
        limit.choked(at: 20)
        #expect(limit.ceiling == 10)
        for _ in 0..<RepetitionLimit.patience { limit.succeeded(at: 9) }
        #expect(limit.ceiling == 10, "answers below the limit prove nothing")
        for _ in 0..<RepetitionLimit.patience { limit.succeeded(at: 10) }
        #expect(limit.ceiling == 12)
        limit.choked(at: 1)
        #expect(limit.ceiling == 0)
        for _ in 0..<RepetitionLimit.patience { limit.succeeded(at: 0) }
        #expect(limit.ceiling == 1)
        for _ in 0..<10_000 { limit.succeeded(at: 1_000) }
        #expect(limit.ceiling == RepetitionLimit.unlimited)
    }

    @Test func `what is learnt about tables is bounded`() {
        var tables = LearntTables()
        for number in 0..<100 {
            tables.note(.init(column: Self.entry.appending(UInt32(number)), columns: 1, rows: number, rowBytes: 9))
            tables.note(.init(column: Self.entry, columns: 2, rows: number, rowBytes: 9))
        }
        #expect(tables.entries.count == LearntTables.capacity)
        #expect(tables.entry(Self.entry)?.rows == 99)
        #expect(tables.entry(Self.entry.appending(99))?.rows == 99)
        #expect(tables.entry(Self.entry.appending(0)) == nil)
    }
}
