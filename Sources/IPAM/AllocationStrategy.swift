/// In which order the blocks of one length inside a parent are given out.
///
/// RFC 3531 numbers them by counting; its three orders differ in which bit of the block number changes first. The
/// n-th block has the bits of n, where bit 0 of n goes to the first chosen position, bit 1 to the second, and so on.
public enum AllocationStrategy: String, Sendable, CaseIterable {
    /// The lowest free block.
    case firstFit = "first-fit"
    /// RFC 3531 section 3.1: bits are used from the left, so that blocks stand as far apart as possible and each can
    /// grow: 00000000, 10000000, 01000000, 11000000, 00100000 …
    case leftmost
    /// RFC 3531 section 3.3: bits are used from the centre outwards, so that both borders stay free as long as possible:
    /// 00000000, 00001000, 00010000, 00011000, 00000100 …
    case centermost
    /// RFC 3531 section 3.2: bits are used from the right, plain counting: 00000000, 00000001, 00000010 …
    case rightmost

    /// The position (0 is the rightmost bit) that each bit of the order number goes to.
    ///
    /// Centermost begins with the middle bit, of an even number with the one behind the middle; even rounds add the
    /// preceding (left) bit, odd rounds the subsequent one (RFC 3531 section 3.3, steps 1 and 3).
    func positions(bits: Int) -> [Int] {
        switch self {
        case .firstFit, .rightmost: return Array(0..<bits)
        case .leftmost: return (0..<bits).reversed()
        case .centermost:
            let middle = (bits - 1) / 2
            return (0..<bits).map { round in round % 2 == 1 ? middle + (round + 1) / 2 : middle - round / 2 }
        }
    }

    /// The number of the block that is given out as number `order`, counted from 0.
    /// - Parameter bits: Length of the blocks less that of the parent, 0 to 128.
    public func block(_ order: UInt128, bits: Int) -> UInt128 {
        var block: UInt128 = 0
        for (bit, position) in positions(bits: bits).enumerated() where order >> UInt128(bit) & 1 == 1 {
            block |= UInt128(1) << UInt128(position)
        }
        return block
    }

    /// The place of a block in the order, counted from 0: the inverse of ``block(_:bits:)``.
    public func order(of block: UInt128, bits: Int) -> UInt128 {
        order(of: block, positions: positions(bits: bits))
    }

    func order(of block: UInt128, positions: [Int]) -> UInt128 {
        var order: UInt128 = 0
        for (bit, position) in positions.enumerated() where block >> UInt128(position) & 1 == 1 {
            order |= UInt128(1) << UInt128(bit)
        }
        return order
    }
}
