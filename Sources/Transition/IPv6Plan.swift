public import Addressing
import Evidence
import Notation

/// Which /64 every segment of the inventory has, gets, or cannot get.
///
/// A plan is a value: the same inventory and the same previous plan give the same plan, byte for byte in ``json``.
public struct IPv6Plan: Hashable, Sendable {
    /// What the plan says about one segment.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Given in this generation of the plan.
        case new
        /// Given in an earlier generation, unchanged.
        case kept
        /// Stands in the inventory already, inside the parent.
        case existing
        /// The inventory has an IPv6 prefix that cannot be part of this plan.
        case conflict
        /// Has no /64 and could not be given one.
        case unplaced
    }

    /// Why a segment is in conflict or unplaced, or what is remarkable about it although it is placed.
    public struct Reason: Hashable, Sendable {
        /// The cause, fit for branching. New codes may be added.
        public struct Code: Hashable, Sendable, CustomStringConvertible {
            /// The code's stable name, as it stands in JSON.
            public let description: String
            init(_ name: String) { description = name }

            /// The segment names no site, or one that is not in the inventory.
            public static let noSite = Code("no-site")
            /// The segment names no zone, or one that is not in the inventory.
            public static let noZone = Code("no-zone")
            /// All slots of the site, zone or segment level are taken or reserved.
            public static let levelFull = Code("level-full")
            /// The inventory's IPv6 prefix lies outside the parent.
            public static let outsideParent = Code("outside-parent")
            /// The inventory's IPv6 prefix is not a /64 (RFC 7421), or not IPv6.
            public static let notSlash64 = Code("not-a-64")
            /// The inventory's IPv6 prefix belongs to another segment.
            public static let takenByOther = Code("taken-by-other")
            /// Placed, but not inside the block of the segment's site and zone: it moved, or was numbered before.
            public static let outsideZone = Code("outside-zone-block")
        }
        /// The cause.
        public let code: Code
        /// What it is and what to do.
        public let message: String

        init(_ code: Code, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    /// One segment of the inventory.
    public struct Row: Hashable, Sendable {
        /// Slug of the segment.
        public let segment: String
        /// Slug of its site, if it names one.
        public let site: String?
        /// Slug of its zone, if it names one.
        public let zone: String?
        /// 802.1Q id of its VLAN, if it has one.
        public let vlan: Int?
        /// Its IPv4 network as the inventory has it.
        public let ipv4: String?
        /// Its IPv6 network; for conflicts the one in the inventory; nil when unplaced.
        public let ipv6: Prefix?
        /// What the plan says.
        public let state: State
        /// The generation of the plan that gave the prefix first; nil when the plan did not give it.
        public let since: Int?
        /// Always there for conflicts and unplaced segments.
        public let reason: Reason?
    }

    /// A prefix the plan once gave, reserved although its segment has gone or has another prefix now.
    public struct Retired: Hashable, Sendable {
        /// Slug of the segment that had it.
        public let segment: String
        /// The reserved /64.
        public let ipv6: Prefix
        /// The generation that retired it.
        public let since: Int
    }

    /// One block of the site or zone level.
    public struct Block: Hashable, Sendable {
        /// Slug of the site.
        public let site: String
        /// Slug of the zone; nil for the block of a whole site.
        public let zone: String?
        /// Number inside its level, from 1 (0 only when the inventory had a prefix there before).
        public let slot: Int
        /// The block itself.
        public let prefix: Prefix
    }

    /// How many segments, by what became of them; `asked` is the denominator.
    public struct Counts: Hashable, Sendable {
        /// Segments in the inventory.
        public let asked: Int
        /// Given now.
        public let new: Int
        /// Given before.
        public let kept: Int
        /// Numbered in the inventory.
        public let existing: Int
        /// With a prefix that does not fit the plan.
        public let conflict: Int
        /// Without a prefix.
        public let unplaced: Int
        /// Segments that have a /64 inside the parent.
        public var placed: Int { new + kept + existing }
        /// Whether there was something to plan and all of it has a place.
        public var isComplete: Bool { asked > 0 && placed == asked }
    }

    /// The network above all.
    public var parent: Prefix { layout.parent }
    /// The levels, the same for the whole life of the plan.
    public let layout: IPv6Layout
    /// From 1; goes up when, and only when, an assignment is added, moved or retired.
    public let generation: Int
    /// One per segment of the inventory, by slug.
    public let rows: [Row]
    /// By site, then zone; the blocks of sites first.
    public let blocks: [Block]
    /// By prefix.
    public let retired: [Retired]

    /// Segments by state.
    public var counts: Counts {
        var of: [State: Int] = [:]
        for row in rows { of[row.state, default: 0] += 1 }
        return Counts(
            asked: rows.count, new: of[.new] ?? 0, kept: of[.kept] ?? 0, existing: of[.existing] ?? 0,
            conflict: of[.conflict] ?? 0, unplaced: of[.unplaced] ?? 0)
    }

    /// SHA-256 of the canonical JSON, hex: names exactly this plan.
    public var digest: String { Digest.sha256Hex(json.canonical.utf8) }
}

/// Remembers the newest plan under each parent, so that the next one can continue it.
public protocol IPv6PlanRepository: Sendable {
    /// The newest plan under `parent`; nil when there was none.
    func latestIPv6Plan(under parent: Prefix) throws -> IPv6Plan?
    /// Keeps `plan` as the newest under its parent; saving an equal plan again changes nothing.
    func save(_ plan: IPv6Plan) throws
}
