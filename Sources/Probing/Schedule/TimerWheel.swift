/// Timers in a hierarchy of wheels: setting, cancelling and expiring one takes constant time, however many there are.
///
/// Six wheels of 256 slots each. A timer stands in the wheel of the highest byte in which its tick differs from the
/// current one; when the wheel below has gone round, the next slot is dealt out again. Timers of the same tick expire
/// in the order in which they were set. Time is whole ticks; what a tick is, the owner says.
struct TimerWheel<Payload: Sendable>: Sendable {
    /// Names one set timer; of no use once it has expired or was cancelled.
    struct Handle: Hashable, Sendable {
        fileprivate let node: Int32
        fileprivate let generation: UInt32
    }

    private struct Node: Sendable {
        var payload: Payload?
        var tick: UInt64
        var slot: Int32
        var next: Int32
        var previous: Int32
        var generation: UInt32
    }

    private struct Slot: Sendable {
        var head: Int32 = -1
        var tail: Int32 = -1
    }

    private static var levels: Int { 6 }
    /// The slot of what is due already.
    private static var ready: Int { levels * 256 }
    /// The last tick there is: 2^48 - 1.
    static var lastTick: UInt64 { (1 << 48) - 1 }

    private var nodes: [Node] = []
    private var free: Int32 = -1
    private var slots = [Slot](repeating: Slot(), count: 6 * 256 + 1)
    /// One bit per slot that holds something: four words per level.
    private var occupied = [UInt64](repeating: 0, count: 6 * 4)
    /// All timers up to and with this tick have expired.
    private(set) var now: UInt64
    /// Timers that are set.
    private(set) var count = 0

    init(now: UInt64) { self.now = min(now, Self.lastTick) }

    /// Sets a timer; one for a tick that has passed expires at the next ``advance(to:)``.
    mutating func set(_ payload: Payload, at tick: UInt64) -> Handle {
        let index: Int32
        if free >= 0 {
            index = free
            free = nodes[Int(index)].next
            nodes[Int(index)].payload = payload
        } else {
            index = Int32(nodes.count)
            nodes.append(Node(payload: payload, tick: 0, slot: 0, next: -1, previous: -1, generation: 0))
        }
        nodes[Int(index)].tick = min(tick, Self.lastTick)
        link(index)
        count += 1
        return Handle(node: index, generation: nodes[Int(index)].generation)
    }

    /// Takes a timer out; false when it has expired or was cancelled before.
    @discardableResult
    mutating func cancel(_ handle: Handle) -> Bool {
        guard nodes.indices.contains(Int(handle.node)),
            nodes[Int(handle.node)].generation == handle.generation, nodes[Int(handle.node)].payload != nil
        else { return false }
        unlink(handle.node)
        release(handle.node)
        return true
    }

    /// No timer expires before this tick; nil when none is set. It may be earlier than the first timer, and is exact
    /// once that is less than 256 ticks away.
    var nextTick: UInt64? {
        if slots[Self.ready].head >= 0 { return now }
        return firstOccupied().map { tick(level: $0.level, slot: $0.slot) }
    }

    /// Moves on to `tick` and returns what has expired, in order of tick, then of setting.
    mutating func advance(to tick: UInt64) -> [Payload] {
        var out: [Payload] = []
        empty(Self.ready, into: &out)
        let end = min(tick, Self.lastTick)
        while let first = firstOccupied() {
            let at = self.tick(level: first.level, slot: first.slot)
            guard at <= end else { break }
            now = at
            let place = first.level * 256 + first.slot
            if first.level == 0 {
                empty(place, into: &out)
            } else {
                deal(place)
                empty(Self.ready, into: &out)
            }
        }
        now = max(now, end)
        return out
    }

    private func firstOccupied() -> (level: Int, slot: Int)? {
        // Whatever stands in a lower wheel comes before everything in a higher one.
        for level in 0..<Self.levels {
            for word in 0..<4 where occupied[level * 4 + word] != 0 {
                return (level, word * 64 + occupied[level * 4 + word].trailingZeroBitCount)
            }
        }
        return nil
    }

    private func tick(level: Int, slot: Int) -> UInt64 {
        let shift = UInt64(level * 8)
        return (now >> (shift + 8)) << (shift + 8) | UInt64(slot) << shift
    }

    private mutating func link(_ index: Int32) {
        let tick = nodes[Int(index)].tick
        let place: Int
        if tick <= now {
            place = Self.ready
        } else {
            let level = (63 - (tick ^ now).leadingZeroBitCount) / 8
            let slot = Int((tick >> UInt64(level * 8)) & 255)
            place = level * 256 + slot
            occupied[level * 4 + slot / 64] |= 1 << UInt64(slot % 64)
        }
        let tail = slots[place].tail
        nodes[Int(index)].slot = Int32(place)
        nodes[Int(index)].previous = tail
        nodes[Int(index)].next = -1
        if tail >= 0 { nodes[Int(tail)].next = index } else { slots[place].head = index }
        slots[place].tail = index
    }

    private mutating func unlink(_ index: Int32) {
        let place = Int(nodes[Int(index)].slot)
        let (next, previous) = (nodes[Int(index)].next, nodes[Int(index)].previous)
        if previous >= 0 { nodes[Int(previous)].next = next } else { slots[place].head = next }
        if next >= 0 { nodes[Int(next)].previous = previous } else { slots[place].tail = previous }
        if slots[place].head < 0 { unmark(place) }
    }

    private mutating func unmark(_ place: Int) {
        guard place != Self.ready else { return }
        occupied[place / 64] &= ~(1 << UInt64(place % 64))
    }

    private mutating func release(_ index: Int32) {
        nodes[Int(index)].payload = nil
        nodes[Int(index)].generation &+= 1
        nodes[Int(index)].next = free
        free = index
        count -= 1
    }

    private mutating func empty(_ place: Int, into out: inout [Payload]) {
        var index = slots[place].head
        guard index >= 0 else { return }
        slots[place] = Slot()
        unmark(place)
        while index >= 0 {
            let next = nodes[Int(index)].next
            if let payload = nodes[Int(index)].payload { out.append(payload) }
            release(index)
            index = next
        }
    }

    private mutating func deal(_ place: Int) {
        var index = slots[place].head
        slots[place] = Slot()
        unmark(place)
        while index >= 0 {
            let next = nodes[Int(index)].next
            link(index)
            index = next
        }
    }
}
