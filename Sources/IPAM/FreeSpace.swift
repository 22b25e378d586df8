public import Addressing

/// What is left of a block: the fewest prefixes that hold exactly its free addresses.
public struct FreeSpace: Hashable, Sendable {
    /// The block that is divided.
    public let parent: Prefix
    /// The largest free blocks, in order; none is a half of a larger one that is free too.
    public private(set) var blocks: [Prefix]

    /// What `taken` leaves of `parent`. Costs the number of taken ranges, never the size of the block.
    public init(parent: Prefix, taken: AddressSet) {
        self.parent = parent
        blocks = parent.free(excluding: taken)
    }

    /// Whether nothing is free.
    public var isEmpty: Bool { blocks.isEmpty }

    /// How many addresses are free; nil when all of `::/0` is.
    public var addressCount: UInt128? {
        blocks.reduce(UInt128?(0)) { sum, block in
            guard let sum, let count = block.addressCount else { return nil }
            return sum + count
        }
    }

    /// How many blocks of each length there are, largest first.
    public var counts: [(length: Int, count: Int)] {
        Dictionary(grouping: blocks, by: \.length).map { ($0.key, $0.value.count) }.sorted { $0.length < $1.length }
    }

    /// The free block of that length that `strategy` gives out next; nil when there is none.
    ///
    /// Exact without walking the order: inside a free block the earliest in every order is the first part, because all
    /// its further bits are zero.
    /// - Parameters:
    ///   - sparse: A shorter length: the block stands first in a /sparse that is free as a whole, so that it can grow to
    ///     it without renumbering. The strategy then orders the blocks of that length.
    /// - Throws: ``Addressing/AddressError`` with code `lengthOutOfRange`.
    public func next(
        length: Int, strategy: AllocationStrategy = .firstFit, sparse: Int? = nil
    ) throws(AddressError) -> Prefix? {
        let room = sparse ?? length
        _ = try parent.subprefixes(length: length)
        let slots = try parent.subprefixes(length: room)
        // A room that is longer than the block has no such block in it.
        _ = try Prefix(containing: parent.first, length: room).subprefixes(length: length)
        let positions = strategy.positions(bits: room - parent.length)
        var best: (order: UInt128, block: Prefix)?
        for block in blocks where block.length <= room {
            if strategy == .firstFit || strategy == .rightmost {
                best = (0, block)
                break
            }
            let first = try Prefix(containing: block.first, length: room)
            guard let number = slots.index(of: first) else { continue }
            let order = strategy.order(of: number, positions: positions)
            if let best, best.order <= order { continue }
            best = (order, block)
        }
        guard let best else { return nil }
        return try Prefix(containing: best.block.first, length: length)
    }

    /// Takes a block out, which must be free as a whole; what is not free stays as it is.
    public mutating func take(_ prefix: Prefix) {
        let place = AddressSpace.partition(blocks.count) { blocks[$0] <= prefix }
        guard place > 0, blocks[place - 1].contains(prefix) else { return }
        var rest: [Prefix] = []
        var around = blocks[place - 1]
        while around != prefix, let halves = around.halves {
            let isLower = halves.lower.contains(prefix)
            rest.append(isLower ? halves.upper : halves.lower)
            around = isLower ? halves.lower : halves.upper
        }
        blocks.replaceSubrange(place - 1..<place, with: rest.sorted())
    }
}
