/// Finds what a person probably meant.
public enum NearestName {
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours), ties by name;
    /// nil when the best is farther than a third of the word's length (at least 1, at most 3) or than half of its own
    /// length (at least 1).
    public static func of(_ word: String, in candidates: some Sequence<String>) -> String? {
        let limit = min(3, max(1, (word.count + 2) / 3))
        let lowered = Array(word.lowercased().unicodeScalars)
        let letters = Self.letters(lowered)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let size = candidate.unicodeScalars.count
            guard abs(size - lowered.count) <= limit + 1 else { continue }
            let other = Array(candidate.lowercased().unicodeScalars)
            // One edit changes at most two of the letters that occur at all.
            guard (letters ^ Self.letters(other)).nonzeroBitCount <= 2 * limit else { continue }
            guard let distance = distance(lowered, other, limit: min(limit, max(1, size / 2))) else { continue }
            if let current = best, (current.distance, current.name) <= (distance, candidate) { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// `did you mean "x"?`, or `otherwise` when nothing is near.
    public static func hint(_ word: String, in candidates: some Sequence<String>, otherwise: String) -> String {
        if let name = of(word, in: candidates) { return "did you mean \"\(name)\"?" }
        return otherwise
    }

    /// One bit for each residue of the scalars that occur.
    private static func letters(_ scalars: [Unicode.Scalar]) -> UInt64 {
        scalars.reduce(into: 0) { $0 |= 1 << UInt64($1.value & 63) }
    }

    /// Restricted Damerau-Levenshtein distance; nil as soon as it must exceed `limit`.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], limit: Int = .max) -> Int? {
        if abs(a.count - b.count) > limit { return nil }
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        let width = b.count + 1
        // Three rows in turn: the one being made, the last, and the one before it.
        var rows = [Int](repeating: 0, count: 3 * width)
        for j in 0..<width { rows[j] = j }
        for i in 1...a.count {
            let (row, last, before) = (i % 3 * width, (i + 2) % 3 * width, (i + 1) % 3 * width)
            rows[row] = i
            var least = i
            for j in 1..<width {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var value = min(rows[last + j] + 1, rows[row + j - 1] + 1, rows[last + j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    value = min(value, rows[before + j - 2] + 1)
                }
                rows[row + j] = value
                least = min(least, value)
            }
            // A swap may still come from the row before, but never gets below this row's least by more than one.
            if least > limit, least - 1 > limit { return nil }
        }
        let distance = rows[a.count % 3 * width + b.count]
        return distance <= limit ? distance : nil
    }
}
