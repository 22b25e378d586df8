import Evidence
import Foundation
import GRDB

extension [UInt8] {
    /// For GRDB, which takes blobs as `Data`.
    var data: Data { Data(self) }
}

/// Typed access that throws where GRDB's subscripts would trap: the file may have been altered by anybody.
extension Row {
    func text(_ column: Int) throws -> String {
        guard let text = try optionalText(column) else { throw unexpected(column) }
        return text
    }

    func optionalText(_ column: Int) throws -> String? {
        switch try value(column) {
        case .null: nil
        case .string(let text): text
        default: throw unexpected(column)
        }
    }

    func int(_ column: Int) throws -> Int64 {
        guard let number = try optionalInt(column) else { throw unexpected(column) }
        return number
    }

    func optionalInt(_ column: Int) throws -> Int64? {
        switch try value(column) {
        case .null: nil
        case .int64(let number): number
        default: throw unexpected(column)
        }
    }

    func blob(_ column: Int) throws -> [UInt8] {
        guard case .blob(let data) = try value(column) else { throw unexpected(column) }
        return Array(data)
    }

    private func value(_ column: Int) throws -> DatabaseValue.Storage {
        guard column < count else { throw unexpected(column) }
        let value: DatabaseValue = self[column]
        return value.storage
    }

    private func unexpected(_ column: Int) -> StorageError {
        let name = column < count ? Array(columnNames)[column] : "\(column)"
        return StorageError(
            .corrupt,
            "the database holds something unexpected in column \"\(name)\": the file was altered or damaged; run hatang "
                + "doctor, and restore the last backup if it confirms that")
    }
}
