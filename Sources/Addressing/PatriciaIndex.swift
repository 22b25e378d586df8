/// A path-compressed binary trie from left-aligned bit strings to slot numbers, held in one flat array.
///
/// A node stands for a prefix that carries a slot or at which two branches part, so n entries need fewer than 2n nodes
/// and a look-up touches only nodes on its path. Nodes refer to each other by index; copying the struct copies nothing
/// until one side is changed.
struct PatriciaIndex<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    struct Node: Sendable {
        /// Left-aligned, zero behind `length`.
        var key: Key
        var left: Int32 = -1
        var right: Int32 = -1
        /// The entry's slot, or -1 on a mere fork.
        var slot: Int32 = -1
        var length: UInt8
    }

    private(set) var nodes: [Node] = []
    private var root: Int32 = -1
    private var freeNodes: [Int32] = []

    /// Ones in the first `length` bits.
    @inline(__always)
    static func mask(_ length: Int) -> Key { length == 0 ? 0 : Key.max << (Key.bitWidth - length) }

    /// Whether the bit behind the first `length` bits is set. `length` is below the key's width.
    @inline(__always)
    private static func bit(_ key: Key, _ length: Int) -> Bool { (key &>> Key(Key.bitWidth - 1 - length)) & 1 != 0 }

    @inline(__always)
    private func child(_ node: Node, toward key: Key) -> Int32 {
        Self.bit(key, Int(node.length)) ? node.right : node.left
    }

    /// Whether the first `node.length` bits of `key` are the node's. A length beyond the key's own bits never matches by
    /// accident: callers compare lengths first.
    @inline(__always)
    private static func covers(_ node: Node, _ key: Key) -> Bool {
        (key ^ node.key).leadingZeroBitCount >= Int(node.length)
    }

    /// The deepest node with a slot whose prefix covers the first `length` bits of `key`, or nil.
    func longestMatch(_ key: Key, length: Int) -> Node? {
        let nodes = nodes.span
        var found: Int32 = -1
        var index = root
        while index >= 0 {
            let node = nodes[Int(index)]
            if Int(node.length) > length || !Self.covers(node, key) { break }
            if node.slot >= 0 { found = index }
            if Int(node.length) == Key.bitWidth { break }
            index = child(node, toward: key)
        }
        return found < 0 ? nil : nodes[Int(found)]
    }

    /// Every node with a slot on the way to the prefix, shortest first, the prefix itself included.
    func covering(_ key: Key, length: Int) -> [Node] {
        var found: [Node] = []
        var index = root
        while index >= 0 {
            let node = nodes[Int(index)]
            if Int(node.length) > length || !Self.covers(node, key) { break }
            if node.slot >= 0 { found.append(node) }
            if Int(node.length) == Key.bitWidth { break }
            index = child(node, toward: key)
        }
        return found
    }

    /// Every node with a slot inside the prefix, in order of key then length, the prefix itself included.
    func covered(_ key: Key, length: Int) -> [Node] {
        var index = root
        while index >= 0, Int(nodes[Int(index)].length) < length {
            let node = nodes[Int(index)]
            if !Self.covers(node, key) { return [] }
            index = child(node, toward: key)
        }
        guard index >= 0, (key ^ nodes[Int(index)].key) & Self.mask(length) == 0 else { return [] }
        var found: [Node] = []
        var pending = [index]
        while let next = pending.popLast() {
            let node = nodes[Int(next)]
            if node.slot >= 0 { found.append(node) }
            if node.right >= 0 { pending.append(node.right) }
            if node.left >= 0 { pending.append(node.left) }
        }
        return found
    }

    /// The slot stored at exactly this prefix.
    func slot(_ key: Key, length: Int) -> Int32? {
        guard let node = longestMatch(key, length: length), Int(node.length) == length else { return nil }
        return node.slot
    }

    /// Stores a slot at a prefix, replacing any that was there.
    mutating func insert(_ key: Key, length: Int, slot: Int32) {
        let index = place(key, length: length)
        nodes[Int(index)].slot = slot
    }

    /// The node for the prefix, made if need be.
    private mutating func place(_ key: Key, length: Int) -> Int32 {
        var parent: Int32 = -1
        var index = root
        while index >= 0 {
            let node = nodes[Int(index)]
            let common = min((node.key ^ key).leadingZeroBitCount, Int(node.length), length)
            if common == Int(node.length) {
                if common == length { return index }
                parent = index
                index = child(node, toward: key)
                continue
            }
            let new = add(Node(key: key, length: UInt8(length)))
            if common == length {
                adopt(index, under: new)
                replace(index, by: new, under: parent)
                return new
            }
            let fork = add(Node(key: key & Self.mask(common), length: UInt8(common)))
            adopt(index, under: fork)
            adopt(new, under: fork)
            replace(index, by: fork, under: parent)
            return new
        }
        let leaf = add(Node(key: key, length: UInt8(length)))
        if parent < 0 { root = leaf } else { adopt(leaf, under: parent) }
        return leaf
    }

    /// Takes the slot at exactly this prefix out; nodes that no longer serve are given back.
    mutating func remove(_ key: Key, length: Int) -> Int32? {
        var grandparent: Int32 = -1
        var parent: Int32 = -1
        var index = root
        while index >= 0 {
            let node = nodes[Int(index)]
            if Int(node.length) > length || !Self.covers(node, key) { return nil }
            if Int(node.length) == length { break }
            (grandparent, parent) = (parent, index)
            index = child(node, toward: key)
        }
        guard index >= 0, nodes[Int(index)].slot >= 0 else { return nil }
        let removed = nodes[Int(index)]
        nodes[Int(index)].slot = -1
        if removed.left >= 0, removed.right >= 0 { return removed.slot }
        replace(index, by: max(removed.left, removed.right), under: parent)
        freeNodes.append(index)
        if parent >= 0, removed.left < 0, removed.right < 0, nodes[Int(parent)].slot < 0 {
            let fork = nodes[Int(parent)]
            replace(parent, by: max(fork.left, fork.right), under: grandparent)
            freeNodes.append(parent)
        }
        return removed.slot
    }

    private mutating func add(_ node: Node) -> Int32 {
        if let free = freeNodes.popLast() {
            nodes[Int(free)] = node
            return free
        }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    private mutating func adopt(_ index: Int32, under parent: Int32) {
        if Self.bit(nodes[Int(index)].key, Int(nodes[Int(parent)].length)) {
            nodes[Int(parent)].right = index
        } else {
            nodes[Int(parent)].left = index
        }
    }

    private mutating func replace(_ old: Int32, by new: Int32, under parent: Int32) {
        if parent < 0 {
            root = new
        } else if nodes[Int(parent)].left == old {
            nodes[Int(parent)].left = new
        } else {
            nodes[Int(parent)].right = new
        }
    }
}
