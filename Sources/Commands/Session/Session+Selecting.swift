import CMDB
import Evidence
import Foundation
import Storage
import TimeSeries

extension Session {
    /// Reads a selector and finds what it means; a wrong one is a bad command line that names the column.
    func select(_ text: String, in snapshot: Snapshot, defaults: [Kind] = []) throws -> [Object] {
        do throws(SelectorError) {
            return try Selector(text, default: defaults).select(snapshot)
        } catch {
            throw CommandFailure(.usage, error.description)
        }
    }

    func secrets(_ database: Database) -> SecretStore {
        SecretStore(database, keyFile: environment["HATANG_KEY_FILE"])
    }

    func hostKeys(_ database: Database) -> HostKeyStore { HostKeyStore(database) }

    /// The samples; for reading they must be there, and need not be writable.
    func samples(writing: Bool = false) throws -> SampleStore {
        let path = data.trimmingSlash + "/samples.sqlite"
        return try SampleStore(path: path, readOnly: !writing && access(path, W_OK) != 0)
    }

    /// What a selector finds, never nothing: the error says of how many, and what is near.
    func chosen(_ text: String, in snapshot: Snapshot, defaults: [Kind]) throws -> [Object] {
        let found = try select(text, in: snapshot, defaults: defaults)
        guard found.isEmpty else { return found }
        let selector = try? Selector(text, default: defaults)
        let kinds = selector?.kinds ?? defaults
        let total = kinds.reduce(0) { $0 + snapshot.objects($1).count }
        let hints = selector?.misspelt(in: snapshot) ?? []
        let names = kinds.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(
            .nothingToDo,
            "selector \"\(text)\" finds 0 of \(total) \(names): "
                + (hints.isEmpty ? "check its spelling with `hatang inventory list`" : hints.joined(separator: "; ")))
    }
}
