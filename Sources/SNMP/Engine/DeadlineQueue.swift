/// Deadlines by time: a binary heap. Entries of finished exchanges stay until they are due or swept out, and mean
/// nothing.
struct DeadlineQueue {
    private struct Entry {
        let due: UInt64
        let id: Int32
    }
    private var heap: [Entry] = []

    var count: Int { heap.count }
    /// When the earliest entry is due, in the caller's nanoseconds.
    var next: UInt64? { heap.first?.due }

    mutating func push(_ id: Int32, due: UInt64) {
        heap.append(Entry(due: due, id: id))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest entry that is due at `now`.
    mutating func pop(dueAt now: UInt64) -> Int32? {
        guard let first = heap.first, first.due <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink(0)
        }
        return first.id
    }

    /// Removes the entries that `isWanted` does not know any more: far cheaper than to pop each one when it is due.
    mutating func sweep(_ isWanted: (Int32) -> Bool) {
        heap.removeAll { !isWanted($0.id) }
        var parent = heap.count / 2
        while parent > 0 {
            parent -= 1
            sink(parent)
        }
    }

    private mutating func sink(_ place: Int) {
        var parent = place
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].due < heap[smallest].due { smallest = child }
            }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
