import CMDB
import Evidence
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

    func samples() throws -> SampleStore { try SampleStore(path: data.trimmingSlash + "/samples.sqlite") }
}
