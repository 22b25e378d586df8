import Addressing
import Notation

extension Rules {
    private struct Span {
        let first: IPAddress
        let last: IPAddress
        let item: Union.Item
    }

    /// Ranges run forwards in one network, lie in a known prefix, and no two of a VRF overlap.
    func checkRanges() {
        let items = union.items(.ipRange)
        guard items.contains(where: \.isLoaded) || hasLoaded(.prefix) || hasLoaded(.segment) else { return }
        var spans: [String: [Span]] = [:]
        for item in items {
            guard let first = end(item, "start_address"), let last = end(item, "end_address") else { continue }
            guard isSound(item, first, last) else { continue }
            spans[item.object.text("vrf") ?? "", default: []].append(
                Span(first: first.address, last: last.address, item: item))
        }
        for (vrf, ranges) in spans.sorted(by: { $0.key < $1.key }) {
            checkOverlaps(ranges.sorted { ($0.first, $0.last) < ($1.first, $1.last) }, vrf)
        }
        checkHomes(spans)
    }

    private func hasLoaded(_ kind: Kind) -> Bool { union.items(kind).contains(where: \.isLoaded) }

    private func end(_ item: Union.Item, _ field: String) -> InterfaceAddress? {
        item.object.text(field).flatMap { try? InterfaceAddress($0) }
    }

    private func isSound(_ item: Union.Item, _ first: InterfaceAddress, _ last: InterfaceAddress) -> Bool {
        func fail(_ problem: String, _ remedy: String) -> Bool {
            if item.isLoaded { report.error(union.place(item, "end_address"), Subject(item.id), problem, remedy) }
            return false
        }
        if first.isIPv6 != last.isIPv6 {
            return fail("the range begins at \(first) and ends at \(last): two families", "give both of one family")
        }
        if first.length != last.length {
            return fail("the masks /\(first.length) and /\(last.length) differ", "give both the network's mask")
        }
        if last.address < first.address {
            return fail("end_address \(last) is before start_address \(first)", "swap the two")
        }
        if first.prefix != last.prefix {
            return fail("\(first) and \(last) lie in two networks", "correct the mask, or one of the two")
        }
        return true
    }

    /// One sweep: the range that reaches farthest so far is the one to overlap with.
    private func checkOverlaps(_ spans: [Span], _ vrf: String) {
        var reach: Span?
        for span in spans {
            if let open = reach, span.first <= open.last {
                let (here, other) =
                    (span.item.draft ?? -1) >= (open.item.draft ?? -1) ? (span.item, open.item) : (open.item, span.item)
                if here.isLoaded {
                    report.error(
                        union.place(here, "start_address"), Subject(here.id),
                        "it overlaps \(other.id) (\(union.whereabouts(other))) in "
                            + (vrf.isEmpty ? "the global VRF" : "VRF \(vrf)"),
                        "change one of the two")
                }
                if span.last > open.last { reach = span }
            } else {
                reach = span
            }
        }
    }

    /// A range lies in a prefix or segment of its VRF, with that network's mask.
    private func checkHomes(_ spans: [String: [Span]]) {
        let isWhole = union.drafts.allSatisfy { $0.isSound || $0.id.kind != .prefix && $0.id.kind != .segment }
        guard isWhole, !report.hasUnreadableFile else { return }
        var nets: [String: PrefixSet] = [:]
        for (kind, fields) in [(Kind.prefix, ["prefix"]), (.segment, ["ipv4_prefix", "ipv6_prefix"])] {
            for item in union.items(kind) {
                for field in fields {
                    guard let prefix = item.object.text(field).flatMap({ try? Prefix($0) }) else { continue }
                    let isContainer = item.object.text("status") == "container"
                    nets[item.object.text("vrf") ?? "", default: [:]][prefix] = isContainer
                }
            }
        }
        for (vrf, ranges) in spans {
            for span in ranges where span.item.isLoaded {
                checkHome(span, vrf, nets[vrf] ?? [:])
            }
        }
    }

    private typealias PrefixSet = [Prefix: Bool]

    private func checkHome(_ span: Span, _ vrf: String, _ nets: PrefixSet) {
        guard let own = end(span.item, "start_address") else { return }
        let lengths = Set(nets.keys.filter { $0.isIPv6 == own.isIPv6 }.map(\.length)).sorted(by: >)
        for length in lengths {
            guard let around = try? Prefix(containing: own.address, length: length), let isContainer = nets[around],
                around.contains(span.last)
            else { continue }
            if !isContainer, length != own.length {
                report.warning(
                    union.place(span.item, "start_address"), Subject(span.item.id),
                    "mask /\(own.length) differs from the network \(around)", "write /\(length) on both ends")
            }
            return
        }
        report.error(
            union.place(span.item, "start_address"), Subject(span.item.id),
            "it lies in no prefix or segment of \(vrf.isEmpty ? "the global VRF" : "VRF \(vrf)")",
            "add the prefix that holds it, or correct the range")
    }
}
