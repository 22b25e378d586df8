import ArgumentParser
import CMDB
import Storage

/// Completes selectors in the shell, from the inventory of the default data folder.
enum SelectorArgument {
    /// A selector in one argument, with devices and virtual machines meant where it names no kind.
    @Sendable static func completeMachines(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        whole(prefix, [.device, .virtualMachine])
    }

    /// A selector in one argument.
    @Sendable static func complete(_ words: [String], _ index: Int, _ prefix: String) -> [String] { whole(prefix, []) }

    /// The words of a selector behind its kind: `inventory list device role=…`.
    @Sendable static func completeFilters(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        guard let kind = words.prefix(index).compactMap({ KindArgument(argument: $0) }).first?.kind else { return [] }
        return SelectorCompletion.candidates(for: "\(kind.rawValue) \(prefix)", in: snapshot())
    }

    /// The shell replaces the whole argument: what stands before its last word is kept.
    private static func whole(_ text: String, _ defaults: [Kind]) -> [String] {
        let text = text.first == "'" || text.first == "\"" ? String(text.dropFirst()) : text
        let start = text.lastIndex { $0 == " " || $0 == "(" }.map { text.index(after: $0) } ?? text.startIndex
        return SelectorCompletion.candidates(for: text, default: defaults, in: snapshot()).map { text[..<start] + $0 }
    }

    private static func snapshot() -> Snapshot? {
        guard let options = try? GlobalOptions.parse([]), let session = try? Session(options: options) else {
            return nil
        }
        return try? session.database().snapshot()
    }
}
