public import CMDB
import Remote

/// A machine that is entered in a way that a listener or an attacker can break.
public struct WeakAccess: Sendable, Equatable {
    /// The machine.
    public let target: ObjectID
    /// What is weak, sorted: `SNMP community in the clear`, `SNMP MD5`, `SSH ssh-rsa`.
    public let reasons: [String]
}

extension ProbePlan {
    /// The machines of the plan that are entered weakly, each once, in order. Old gear may know nothing better: it is
    /// told, not refused.
    public var weakAccess: [WeakAccess] {
        var found: [ObjectID: Set<String>] = [:]
        for pair in pairs {
            let reasons = Self.weaknesses(pair.access)
            if !reasons.isEmpty { found[pair.target.id, default: []].formUnion(reasons) }
        }
        return found.keys.sorted().map { WeakAccess(target: $0, reasons: (found[$0] ?? []).sorted()) }
    }

    private static func weaknesses(_ access: ProbeAccess) -> [String] {
        switch access {
        case .snmp(let target):
            switch target.credential {
            case .v1, .v2c: return ["SNMP community in the clear"]
            case .v3(let user):
                guard let auth = user.auth else { return ["SNMP without authentication"] }
                var out = auth.proto.isWeak ? ["SNMP \(auth.proto.rawValue.uppercased())"] : []
                if let priv = user.priv {
                    if priv.proto.isWeak { out.append("SNMP \(priv.proto.rawValue.uppercased())") }
                } else {
                    out.append("SNMP without privacy")
                }
                return out
            }
        case .ssh(let target):
            return (target.legacyAlgorithms + target.jumps.flatMap(\.legacyAlgorithms)).map { "SSH \($0)" }
        default: return []
        }
    }
}
