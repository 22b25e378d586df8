import Notation

/// Reads which packet filter guards the machine's own input.
enum FirewallParser {
    /// Sections marked `denied` were there and could not be read; marked `missing`: the tool is not installed.
    static func parse(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        let tools = ["ufw", "firewalld", "nft", "iptables"]
        let seen = tools.filter { sections.has($0) }
        if seen.isEmpty { throw .malformed("no firewall was asked") }
        let nft = nftables(sections["nft"])
        let tables = iptables(sections["iptables"])
        let policy = nft.policy ?? tables.policy
        func state(_ active: Bool, _ kind: String) -> JSONValue {
            var members: [String: JSONValue] = ["active": .bool(active), "kind": .string(kind)]
            if let policy { members["input_policy"] = .string(policy) }
            return .object(members)
        }
        if sections["ufw"].contains(where: { CleanText.line($0).lowercased() == "status: active" }) {
            return state(true, "ufw")
        }
        if sections["firewalld"].contains(where: { CleanText.line($0) == "running" }) {
            return state(true, "firewalld")
        }
        if nft.active { return state(true, "nftables") }
        if tables.active { return state(true, "iptables") }
        if seen.contains(where: { sections.marks[$0] == "denied" }) {
            throw .unknown("the packet filter may not be read by this user")
        }
        if seen.allSatisfy({ sections.marks[$0] == "missing" }) { return state(false, "none") }
        let kind = sections.marks["nft"] == nil ? "nftables" : "iptables"
        return state(false, kind)
    }

    /// Base chains at the input hook: `type filter hook input priority filter; policy drop;`. Active is a chain with a
    /// verdict rule, or one that drops by policy.
    private static func nftables(_ lines: [Substring]) -> (active: Bool, policy: String?) {
        var policy: String?
        var active = false
        var inInput = false
        for raw in lines {
            let line = CleanText.line(raw, limit: 4_096)
            if line.hasPrefix("chain ") {
                inInput = false
            } else if line.contains("hook input") {
                inInput = true
                let drops = line.contains("policy drop")
                if policy != "drop" { policy = drops ? "drop" : "accept" }
                active = active || drops
            } else if inInput, line == "}" {
                inInput = false
            } else if inInput, !line.isEmpty, !line.hasPrefix("type "), !line.hasPrefix("comment ") {
                active = true
            }
        }
        return (active, policy)
    }

    /// `iptables -S`: `-P INPUT DROP`, `-A INPUT …`.
    private static func iptables(_ lines: [Substring]) -> (active: Bool, policy: String?) {
        var policy: String?
        var active = false
        for raw in lines {
            let words = CleanText.words(CleanText.line(raw))
            guard words.count >= 3, words[1] == "INPUT" else { continue }
            if words[0] == "-P" {
                policy = words[2] == "ACCEPT" ? "accept" : "drop"
                active = active || policy == "drop"
            } else if words[0] == "-A" {
                active = true
            }
        }
        return (active, policy)
    }
}
