/// Finds what a person probably meant.
public enum NearestName {
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours), ties by name;
    /// nil when the best is farther than a third of the word's length (at least 1, at most 3).
    public static func of(_ word: String, in candidates: some Sequence<String>) -> String? {
        let limit = min(3, max(1, (word.count + 2) / 3))
        let lowered = Array(word.lowercased().unicodeScalars)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars)
            guard abs(other.count - lowered.count) <= limit else { continue }
            let distance = distance(lowered, other)
            guard distance <= limit else { continue }
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

    /// Restricted Damerau-Levenshtein distance.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var value = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { value = min(value, before[j - 2] + 1) }
                row.append(value)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
