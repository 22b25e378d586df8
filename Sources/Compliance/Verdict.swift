import CMDB
import Evidence
import Notation
import Regulation

/// What a rule concludes: a status with its evidence, reasons and remedy. Never a truth value.
struct Verdict: Sendable {
    var status: FindingStatus
    var reasons: [Reason] = []
    var exhibits: [Exhibit] = []
    var remedy: Bilingual

    init(_ status: FindingStatus = .noEvidence, remedy: Bilingual) {
        self.status = status
        self.remedy = remedy
    }

    /// Adds a sentence.
    mutating func say(_ kind: Reason.Kind, _ subject: ObjectID? = nil, _ vi: String, _ en: String) {
        reasons.append(Reason(kind: kind, subject: subject, text: Bilingual(vi: vi, en: en)))
    }

    /// Adds a field of the inventory to the evidence.
    mutating func cite(_ object: Object, _ field: String) {
        let exhibit = Exhibit(object: object, field: field)
        if !exhibits.contains(exhibit) { exhibits.append(exhibit) }
    }

    /// Sets the status, says why, and gives itself back.
    func ending(_ status: FindingStatus, _ kind: Reason.Kind, _ vi: String, _ en: String) -> Verdict {
        var copy = self
        copy.status = status
        copy.say(kind, nil, vi, en)
        return copy
    }
}

/// A rule judges one control of one system.
typealias Rule = @Sendable (RuleContext) -> Verdict

/// The answer about one of several things a rule asks about.
enum Answer: Sendable {
    case pass(Bilingual)
    case fail(Bilingual)
    /// Not enough to judge; the sentence says what is missing, nil when missing facts already say so.
    case unknown(Bilingual?)

    static func pass(_ vi: String, _ en: String) -> Answer { .pass(Bilingual(vi: vi, en: en)) }
    static func fail(_ vi: String, _ en: String) -> Answer { .fail(Bilingual(vi: vi, en: en)) }
    static func unknown(_ vi: String, _ en: String) -> Answer { .unknown(Bilingual(vi: vi, en: en)) }
}

/// One of several things, while a rule looks at it; remembers what was looked at, missing and stale.
struct ItemView: Sendable {
    let object: Object
    let context: RuleContext
    private(set) var exhibits: [Exhibit] = []
    private(set) var missing: [String] = []
    private(set) var stale: [Fact] = []

    init(_ object: Object, _ context: RuleContext) {
        self.object = object
        self.context = context
    }

    /// A valid fact's value, added to the evidence; nil when there is none (noted as missing or stale).
    mutating func value(_ name: String, port: Int? = nil) -> JSONValue? { look(name, nil, port, quietly: false) }

    /// One part of a valid fact's value, added to the evidence: null when the fact was seen and has no such part,
    /// nil when there is no valid fact.
    mutating func value(_ name: String, part: String, port: Int? = nil) -> JSONValue? {
        look(name, part, port, quietly: false)
    }

    /// As ``value(_:part:port:)``, but an absent fact is not noted as missing: the rule can do without.
    mutating func optional(_ name: String, part: String? = nil, port: Int? = nil) -> JSONValue? {
        look(name, part, port, quietly: true)
    }

    /// Adds a fact to the evidence by itself.
    mutating func rest(on fact: Fact) { exhibits.append(Exhibit(fact: fact)) }

    /// Adds a field of the inventory to the evidence and gives its value.
    @discardableResult
    mutating func inventory(_ object: Object, _ field: String) -> JSONValue? {
        let exhibit = Exhibit(object: object, field: field)
        if !exhibits.contains(exhibit) { exhibits.append(exhibit) }
        return object[field]
    }

    private mutating func look(_ name: String, _ part: String?, _ port: Int?, quietly: Bool) -> JSONValue? {
        let label = port.map { "\(name):\($0)" } ?? name
        switch context.facts.entry(object.id, name, port: port) {
        case .valid(let fact):
            let exhibit = Exhibit(fact: fact, part: part)
            if !exhibits.contains(exhibit) { exhibits.append(exhibit) }
            return part.map { fact.value[$0] ?? .null } ?? fact.value
        case .stale(let fact):
            if !stale.contains(fact) { stale.append(fact) }
            return nil
        case nil:
            if !quietly, !missing.contains(label) { missing.append(label) }
            return nil
        }
    }
}

/// All must pass: one that fails fails the whole, one that nobody could judge makes a pass partial, and nothing
/// judged at all is no evidence.
enum Quantifier {
    static func every(
        _ objects: [Object], _ context: RuleContext, noun: Bilingual, remedy: Bilingual,
        _ judge: (inout ItemView) -> Answer
    ) -> Verdict {
        var verdict = Verdict(remedy: remedy)
        guard !objects.isEmpty else {
            return verdict.ending(
                .noEvidence, .missing, "hệ thống không có \(noun.vi) nào trong hồ sơ để xét",
                "the inventory has no \(noun.en) of the system to look at")
        }
        var (passed, failed) = (0, 0)
        var details: [Reason] = []
        for object in objects {
            var view = ItemView(object, context)
            let answer = judge(&view)
            verdict.exhibits += view.exhibits
            switch answer {
            case .pass(let text):
                passed += 1
                details.append(Reason(kind: .good, subject: object.id, text: text))
            case .fail(let text):
                failed += 1
                details.append(Reason(kind: .bad, subject: object.id, text: text))
            case .unknown(let text):
                if let text { details.append(Reason(kind: .missing, subject: object.id, text: text)) }
                details += absences(view)
            }
        }
        let unknown = objects.count - passed - failed
        verdict.status = failed > 0 ? .fail : passed == 0 ? .noEvidence : unknown > 0 ? .partial : .pass
        verdict.say(
            .denominator, nil,
            "\(objects.count) \(noun.vi): \(passed) đạt, \(failed) không đạt, \(unknown) chưa đủ bằng chứng",
            "\(objects.count) \(noun.en): \(passed) pass, \(failed) fail, \(unknown) without evidence")
        let order: [Reason.Kind] = [.bad, .stale, .missing, .good]
        for kind in order { verdict.reasons += details.filter { $0.kind == kind } }
        return verdict
    }

    private static func absences(_ view: ItemView) -> [Reason] {
        var out: [Reason] = []
        for fact in view.stale {
            out.append(
                Reason(
                    kind: .stale, subject: view.object.id,
                    text: Bilingual(
                        vi: "dữ kiện \(fact.name) đã quá hạn từ \(fact.validUntil), không tính",
                        en: "fact \(fact.name) has been stale since \(fact.validUntil) and does not count")))
        }
        if !view.missing.isEmpty {
            let names = view.missing.joined(separator: ", ")
            out.append(
                Reason(
                    kind: .missing, subject: view.object.id,
                    text: Bilingual(vi: "chưa có dữ kiện \(names)", en: "no fact \(names)")))
        }
        return out
    }
}

/// Which machines a rule about machines asks about.
enum MachineScope: Sendable {
    case servers
    case network
    /// Servers and network devices.
    case all

    func machines(_ scene: Scene) -> [Object] {
        scene.machines.filter { machine in
            switch (self, MachineClass.of(machine)) {
            case (.servers, .server), (.network, .network), (.all, .server), (.all, .network): true
            default: false
            }
        }
    }

    var noun: Bilingual {
        switch self {
        case .servers: Bilingual(vi: "máy chủ", en: "servers")
        case .network: Bilingual(vi: "thiết bị mạng", en: "network devices")
        case .all: Bilingual(vi: "máy và thiết bị", en: "machines")
        }
    }
}

extension Rules {
    /// A rule about every machine of the system within `scope`.
    static func machines(
        _ scope: MachineScope = .servers, remedy vi: String, _ en: String,
        _ judge: @escaping @Sendable (inout ItemView) -> Answer
    ) -> Rule {
        { context in
            var verdict = Quantifier.every(
                scope.machines(context.scene), context, noun: scope.noun, remedy: Bilingual(vi: vi, en: en), judge)
            for machine in context.scene.idle {
                verdict.say(
                    .note, machine.id, "không xét: trạng thái \(machine.text("status") ?? "")",
                    "not judged: status \(machine.text("status") ?? "")")
            }
            return verdict
        }
    }
}

/// The rules, by control. Every entry is a small pure function.
enum Rules {
    static let all: [String: Rule] = [
        zones, networkDesign, networkOperation, serverAccounts, serverAccess, serverLogs, serverHardening,
        applications, backup, papers, people, circular,
    ].reduce(into: [:]) { table, part in table.merge(part) { first, _ in first } }
}
