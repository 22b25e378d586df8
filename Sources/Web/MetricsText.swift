import CMDB
import Evidence

/// Prometheus text format 0.0.4.
struct MetricsText {
    let snapshot: Snapshot
    let facts: [Fact]
    let now: Timestamp

    func render() -> String {
        var out = "# HELP hatang_objects Records of the inventory by kind.\n# TYPE hatang_objects gauge\n"
        for kind in Kind.allCases {
            out += "hatang_objects{kind=\"\(kind.rawValue)\"} \(snapshot.objects(kind).count)\n"
        }
        let valid = facts.count { $0.isValid(at: now) }
        out += "# HELP hatang_facts Current facts by validity.\n# TYPE hatang_facts gauge\n"
        out += "hatang_facts{valid=\"true\"} \(valid)\nhatang_facts{valid=\"false\"} \(facts.count - valid)\n"
        out += "# HELP hatang_inventory_sequence Ledger number of the inventory's state.\n"
        out += "# TYPE hatang_inventory_sequence counter\nhatang_inventory_sequence \(snapshot.sequence)\n"
        return out
    }
}
