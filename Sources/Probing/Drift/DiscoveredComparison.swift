import Addressing
import CMDB
import Evidence
import Notation

/// What a discovery saw against the inventory: machines nobody has written down, and what known ones say of themselves.
///
/// It reads the facts `discovery.device` and `discovery.neighbours` (see the rooms that make them); without such facts
/// it finds nothing.
struct DiscoveredComparison {
    let snapshot: Snapshot

    /// A machine that is not in the inventory is one difference, with what makes it this machine.
    func compareUnknown(_ subject: ObjectID, _ facts: [String: Fact], _ out: inout DriftComparison) {
        guard let fact = facts["discovery.device"] else { return }
        out.subject = subject
        out.hold("device", .null, Self.portrait(fact.value, facts), false, fact)
    }

    /// Values only, without sources and confidence: as long as the same machine stands there it is the same difference.
    static func portrait(_ device: JSONValue, _ facts: [String: Fact]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for name in ["name", "endpoints", "site", "tenant"] { members[name] = device[name] }
        members["manufacturer"] = device["manufacturer"]?["value"]?["slug"]
        for name in ["model", "role", "platform", "os_version", "serial", "asset_tag"] {
            members[name] = device[name]?["value"]
        }
        if members["role"] == nil { members["role"] = device["role_hint"] }
        if let rows = facts["snmp.interfaces"]?.value.array { members["interfaces"] = .int(Int64(rows.count)) }
        return .object(members)
    }

    /// Model, role-independent version and serial number of a known machine.
    func compareKnown(_ machine: Object, _ facts: [String: Fact], _ out: inout DriftComparison) {
        guard let fact = facts["discovery.device"] else { return }
        compareType(machine, fact, &out)
        compareVersion(machine, facts, fact, &out)
        if facts["hardware.serial"] == nil, facts["snmp.entities"] == nil,
            let expected = machine.text("serial"), let observed = Self.sure(fact.value["serial"])
        {
            out.hold(
                "serial", .string(expected), .string(observed), expected.lowercased() == observed.lowercased(), fact)
        }
    }

    /// A value that is more than a guess.
    private static func sure(_ known: JSONValue?) -> String? {
        guard let known, known["confidence"]?.string != "guess" else { return nil }
        return known["value"]?.string
    }

    private func compareType(_ machine: Object, _ fact: Fact, _ out: inout DriftComparison) {
        guard machine.id.kind == .device, let type = snapshot.target(of: "device_type", in: machine),
            let model = type.text("model")
        else { return }
        guard let observed = Self.sure(fact.value["model"]) else {
            return out.leave("device_type", "the machine does not tell its model")
        }
        let known = [model, type.text("part_number") ?? model].map(Self.plain)
        let seen = Self.plain(observed)
        // A maker's model often carries a suffix for power or licence: WS-C3750G-24TS and WS-C3750G-24TS-1U.
        let same = known.contains { !$0.isEmpty && (seen.hasPrefix($0) || $0.hasPrefix(seen)) } && !seen.isEmpty
        out.hold("device_type", .string(model), .string(observed), same, fact)
    }

    /// Letters and digits in lower case.
    private static func plain(_ text: String) -> String {
        String(
            decoding: text.lowercased().utf8.filter { (48...57).contains($0) || (97...122).contains($0) }, as: UTF8.self
        )
    }

    private func compareVersion(
        _ machine: Object, _ facts: [String: Fact], _ fact: Fact, _ out: inout DriftComparison
    ) {
        guard facts["os.version_id"] == nil, let platform = snapshot.target(of: "platform", in: machine),
            let expected = platform.text("version"), let observed = Self.sure(fact.value["os_version"])
        else { return }
        out.hold(
            "platform.version", .string(expected), .string(observed), Drift.isVersion(observed, within: expected), fact)
    }
}
