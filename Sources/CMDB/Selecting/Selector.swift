/// Chooses records of the inventory in NetBox's filter language.
///
/// `device role=server status=active site.region=bac name__isw=srv (tag=web or tag=db) not rack=a-03`
///
/// - The first word names the kind, or several: `device,virtual-machine`. It may be left out where the caller has
///   a default, or when records are named outright: `device/core-sw-1`.
/// - `field=value` is equality; suffixes ask otherwise: `__n`, `__ic`, `__nic`, `__isw`, `__nisw`, `__iew`, `__niew`,
///   `__ie`, `__nie`, `__empty`, `__regex`, `__lt`, `__lte`, `__gt`, `__gte`, and for addresses and prefixes
///   `__within`, `__within_include`, `__contains`.
/// - A field that is repeated means any of its values; a repeated `tag=` means all of them. Words side by side must
///   all hold; `and`, `or`, `not` and parentheses say otherwise.
/// - `zone.zone_type=dmz` follows references; `cf_NAME=` reads custom fields.
/// - `security_level>=3` is short for `__gte`; so are `>`, `<`, `<=` and `!=` for their suffixes.
/// - A kind that refers here may stand on the path like a field: `device system.level>=3`, `device
///   interface.mac_address=…`. A machine's systems are those made of it or of its services.
/// - `region__within=dong-bac` follows trees (regions, locations, agencies) downwards, `__within_include` with the root.
/// - `@web` is the saved group of that slug, whose selector must hold too.
/// - Quotes keep spaces: `name="Cổng dịch vụ công"`.
public struct Selector: Hashable, Sendable, CustomStringConvertible {
    /// As written.
    public let text: String
    /// The kinds it chooses from, in the order of declaration.
    public let kinds: [Kind]
    let root: SelectorNode

    /// Reads a selector.
    /// - Parameters:
    ///   - text: The selector.
    ///   - defaults: The kinds that are meant when the text names none.
    public init(_ text: String, default defaults: [Kind] = []) throws(SelectorError) {
        var parser = try SelectorParser(text, defaults: defaults)
        root = try parser.parse()
        kinds = Set(parser.kinds).sorted()
        self.text = text
    }

    /// As written.
    public var description: String { text }

    /// The chosen records by kind and key. Possibly none: what that means is for the caller to decide, with
    /// ``misspelt(in:)`` at hand.
    public func select(_ snapshot: Snapshot) throws(SelectorError) -> [Object] {
        if case .test(let test) = root, case .id = test.leaf, test.lookup == .exact {
            return ObjectID(test.operand.text).flatMap { snapshot[$0] }.map { [$0] } ?? []
        }
        let matcher = SelectorMatcher(snapshot: snapshot, root: root, groups: try groups(in: snapshot))
        let run = SelectorRun(matcher, root: root)
        return kinds.flatMap { snapshot.objects($0).filter { run.holds($0) } }
    }

    /// Whether `object`, whose references `snapshot` resolves, is chosen. No when a saved group cannot be read.
    public func matches(_ object: Object, in snapshot: Snapshot) -> Bool {
        guard kinds.contains(object.id.kind), let groups = try? groups(in: snapshot) else { return false }
        return SelectorMatcher(snapshot: snapshot, root: root, groups: groups).holds(root, object)
    }

    /// Names in the selector that no record bears, each with the nearest one that exists; for saying why nothing
    /// was chosen.
    public func misspelt(in snapshot: Snapshot) -> [String] {
        var out: [String] = []
        for test in root.tests where test.lookup == .exact {
            if let hint = SelectorHints(snapshot: snapshot).hint(test), !out.contains(hint) { out.append(hint) }
        }
        return out
    }
}

/// What must hold of a record.
indirect enum SelectorNode: Hashable, Sendable {
    case everything
    case test(SelectorTest)
    case all([SelectorNode])
    case any([SelectorNode])
    case not(SelectorNode)
    /// The saved group of this slug.
    case group(String, column: Int)

    var tests: [SelectorTest] {
        switch self {
        case .everything, .group: []
        case .test(let test): [test]
        case .all(let nodes), .any(let nodes): nodes.flatMap(\.tests)
        case .not(let node): node.tests
        }
    }

    /// The saved groups it names, with their columns.
    var groups: [(slug: String, column: Int)] {
        switch self {
        case .everything, .test: []
        case .group(let slug, let column): [(slug, column)]
        case .all(let nodes), .any(let nodes): nodes.flatMap(\.groups)
        case .not(let node): node.groups
        }
    }
}

/// One `field__suffix=value`.
struct SelectorTest: Hashable, Sendable {
    /// NetBox's suffixes.
    enum Lookup: String, Hashable, Sendable, CaseIterable {
        case exact = ""
        case n, ic, nic, isw, nisw, iew, niew, ie, nie, empty, regex, lt, lte, gt, gte
        case within
        case withinInclude = "within_include"
        case contains

        /// Whether repeating it means "none of" rather than "any of".
        var isNegative: Bool { [.n, .nic, .nisw, .niew, .nie].contains(self) }
    }

    /// What stands at the end of the path.
    enum Leaf: Hashable, Sendable {
        case id, kind, tag
        case key([Kind])
        case name([Kind])
        /// Objects of these kinds, by key.
        case reference([Kind])
        /// Objects of this kind that refer here, by key.
        case referrers(Kind)
        case value
    }

    /// The value as the lookup needs it.
    struct Operand: Hashable, Sendable {
        let text: String
        let lower: String
        let slug: String
        let number: Double?
        let bool: Bool?
    }

    /// Reference fields on the way, then the field itself.
    let path: [String]
    let leaf: Leaf
    let lookup: Lookup
    let operand: Operand
    let column: Int
}
