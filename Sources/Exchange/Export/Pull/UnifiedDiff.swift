/// Differences of two texts in the form of `diff -u`.
public enum UnifiedDiff {
    private static let context = 3

    /// Header and hunks; empty for equal texts. `before` nil: the file is new.
    public static func text(path: String, before: String?, after: String) -> String {
        let old = lines(before ?? "")
        let new = lines(after)
        let steps = script(old, new)
        guard steps.contains(where: { $0.mark != " " }) else { return "" }
        var out = "--- \(before == nil ? "/dev/null" : "a/\(path)")\n+++ b/\(path)\n"
        var index = 0
        while let first = steps[index...].firstIndex(where: { $0.mark != " " }) {
            // A hunk ends where more than twice the context is unchanged.
            var last = first
            var next = first
            while next < steps.count, next - last <= 2 * context {
                if steps[next].mark != " " { last = next }
                next += 1
            }
            let range = max(index, first - context)..<min(steps.count, last + context + 1)
            out += hunk(steps, range)
            index = range.upperBound
        }
        return out
    }

    private struct Step {
        let mark: Character
        let text: Substring
        /// Lines of the old and new text before this one.
        let old: Int, new: Int
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func script(_ old: [Substring], _ new: [Substring]) -> [Step] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var out: [Step] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                out.append(Step(mark: "-", text: old[i], old: i, new: j))
                i += 1
            } else if j < new.count, inserted.contains(j) {
                out.append(Step(mark: "+", text: new[j], old: i, new: j))
                j += 1
            } else if i < old.count {
                out.append(Step(mark: " ", text: old[i], old: i, new: j))
                i += 1
                j += 1
            } else {
                break
            }
        }
        return out
    }

    private static func hunk(_ steps: [Step], _ range: Range<Int>) -> String {
        let part = steps[range]
        let old = part.count { $0.mark != "+" }
        let new = part.count { $0.mark != "-" }
        // An empty side is numbered by the line before it.
        let (a, b) = (part.first?.old ?? 0, part.first?.new ?? 0)
        let head = "@@ -\(old == 0 ? a : a + 1),\(old) +\(new == 0 ? b : b + 1),\(new) @@\n"
        return head + part.map { "\($0.mark)\($0.text)\n" }.joined()
    }
}
