public import Addressing
import CMDB

/// A picture of a block: equal cells in order, each with what stands in it.
public struct BlockMap: Hashable, Sendable {
    /// What stands in a cell.
    public enum State: String, Sendable, CaseIterable {
        /// Nothing.
        case free
        /// Networks, ranges or addresses, and room between them.
        case partial
        /// No room for another network.
        case full
        /// Kept free for somebody.
        case reserved
        /// A container that holds nothing yet.
        case container

        /// One character for terminals, so that colour carries no meaning alone.
        public var symbol: String {
            switch self {
            case .free: "·"
            case .partial: "▒"
            case .full: "█"
            case .reserved: "R"
            case .container: "□"
            }
        }
    }

    /// One part of the block.
    public struct Cell: Hashable, Sendable {
        /// Its addresses.
        public let prefix: Prefix
        /// What stands in it.
        public let state: State
        /// The network that holds it or lies in it, when there is exactly one; for labels.
        public let network: AddressSpace.Network?
        /// Networks that begin in it.
        public let networks: Int
        /// Address records in it.
        public let addresses: Int
    }

    /// The block.
    public let parent: Prefix
    /// The length of the cells.
    public let length: Int
    /// In order of address; at most 4096.
    public let cells: [Cell]

    /// How many cells are in each state.
    public func count(_ state: State) -> Int { cells.count { $0.state == state } }
}

extension AddressSpace {
    /// The picture of a block.
    /// - Parameter length: of the cells; nil for 256 cells, or as many as there are. Lengths that would give more than
    ///   4096 cells are taken as the longest that does not.
    /// - Throws: ``Addressing/AddressError`` with code `lengthOutOfRange` when cells would be larger than the block.
    public func map(_ parent: Prefix, length: Int? = nil) throws(AddressError) -> BlockMap {
        let chosen = min(length ?? parent.length + 8, parent.length + 12, parent.isIPv6 ? 128 : 32)
        let parts = try parent.subprefixes(length: chosen)
        let taken = taken(in: parent)
        return BlockMap(parent: parent, length: chosen, cells: parts.map { cell($0, of: parent, taken) })
    }

    private func cell(_ part: Prefix, of parent: Prefix, _ taken: AddressSet) -> BlockMap.Cell {
        let inside = networks(in: part)
        let around = chain(of: part).last { $0.prefix.length > parent.length && !lapsed.contains($0.object.id) }
        let state: BlockMap.State =
            if !taken.overlaps(part) {
                .free
            } else if let around, !around.isContainer {
                around.status == "reserved" ? .reserved : .full
            } else {
                filling(part, inside)
            }
        return BlockMap.Cell(
            prefix: part, state: state,
            network: around ?? (inside.count == 1 ? networks[inside.lowerBound] : nil), networks: inside.count,
            addresses: hosts(in: part).count)
    }

    /// How full a cell is of what is no container.
    private func filling(_ part: Prefix, _ inside: Swift.Range<Int>) -> BlockMap.State {
        var blocks: [AddressRange] = []
        var isReserved = true
        func add(_ range: AddressRange, _ object: Object) {
            if lapsed.contains(object.id) { return }
            blocks.append(range)
            isReserved = isReserved && object.text("status") == "reserved"
        }
        for i in inside where !networks[i].isContainer { add(AddressRange(networks[i].prefix), networks[i].object) }
        for range in ranges(overlapping: part) { add(range.range, range.object) }
        for host in hosts(in: part) {
            let address = host.address.address.withoutZone
            if let one = try? AddressRange(first: address, last: address) { add(one, host.object) }
        }
        if blocks.isEmpty { return .container }
        return AddressSet(blocks).contains(part) ? (isReserved ? .reserved : .full) : .partial
    }
}
