import Crypto
public import Evidence
import GRDB
import Notation
public import Remote

/// Pass phrases, communities and private keys, encrypted in the database under a master key that is not in it.
///
/// A sealed secret is one format byte (1), eight bytes that name the master key (the first of the SHA-256 of
/// `hatang secret key v1`, a line feed and the key), and ChaCha20-Poly1305 (RFC 8439) as nonce (12 random bytes),
/// ciphertext, tag (16), with `hatang secret v1`, a line feed and the secret's name as associated data: a secret that
/// is moved to another name does not open.
public struct SecretStore: Sendable {
    private let database: Database
    /// The file of the master key, 32 bytes, mode 0600.
    public let keyFile: String

    /// Opens the store; the key is read, or made, when it is first needed.
    /// - Parameter keyFile: nil means `secret.key` in the database's folder.
    public init(_ database: Database, keyFile: String? = nil) {
        self.database = database
        self.keyFile = keyFile ?? database.folder + "/secret.key"
    }

    /// Keeps `secret` under `name` (1 to 200 characters) and records in the ledger that it was set, with the name only.
    /// - Throws: ``StorageError``; `permission` when others may read the key file, `wrongKey` when the key is missing
    ///   or another than the one that sealed the secrets already there.
    public func set(_ name: String, _ secret: Secret, actor: String, reason: String, at: Timestamp) throws {
        guard !name.isEmpty, name.count <= 200 else {
            throw StorageError(.other, "a secret's name has 1 to 200 characters: choose another name")
        }
        try database.write { db in
            let existing = try Row.fetchOne(db, sql: "SELECT name, sealed FROM secret LIMIT 1")
            let key = try masterKey(mayCreate: existing == nil)
            // One store, one key: a secret under a second key would be lost as soon as the first comes back.
            if let existing { _ = try Self.open(try existing.blob(1), name: try existing.text(0), key, keyFile) }
            let sealed = try secret.withBytes { bytes in
                try ChaChaPoly.seal(bytes, using: key, authenticating: Self.associated(name)).combined
            }
            let blob = [1] + Self.keyName(key) + Array(sealed)
            try db.execute(
                sql: "INSERT OR REPLACE INTO secret (name, sealed) VALUES (?, ?)", arguments: [name, blob.data])
            try record("secret.set", name, actor, reason, at, in: db)
        }
    }

    /// The secret called `name`.
    /// - Throws: ``StorageError``: `notFound`, `wrongKey`, `corrupt` when it was altered, `permission`.
    public func get(_ name: String) throws -> Secret {
        let blob = try database.read { db in
            try Row.fetchOne(db, sql: "SELECT sealed FROM secret WHERE name = ?", arguments: [name])?.blob(0)
        }
        guard let blob else {
            throw StorageError(.notFound, "there is no secret \"\(name)\": set it with hatang secret set \(name)")
        }
        return try Self.open(blob, name: name, try masterKey(mayCreate: false), keyFile)
    }

    /// The names there are, sorted; empty when there are none.
    /// - Throws: ``StorageError``.
    public func names() throws -> [String] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT name FROM secret ORDER BY name").map { try $0.text(0) }
        }
    }

    /// Removes the secret called `name` and records that. Needs no key.
    /// - Throws: ``StorageError``: `notFound`.
    public func delete(_ name: String, actor: String, reason: String, at: Timestamp) throws {
        try database.write { db in
            try db.execute(sql: "DELETE FROM secret WHERE name = ?", arguments: [name])
            guard db.changesCount > 0 else {
                throw StorageError(
                    .notFound, "there is no secret \"\(name)\": hatang secret list shows those there are")
            }
            try record("secret.delete", name, actor, reason, at, in: db)
        }
    }

    private func record(
        _ action: String, _ name: String, _ actor: String, _ reason: String, _ at: Timestamp, in db: GRDB.Database
    ) throws {
        let entry = LedgerEntry(
            action: action, subject: nil, actor: actor, reason: reason, at: at, payload: ["name": .string(name)])
        _ = try database.append([entry], in: db)
    }

    private func masterKey(mayCreate: Bool) throws -> SymmetricKey {
        if mayCreate, try PrivateFile.read(keyFile) == nil {
            let fresh = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
            _ = try PrivateFile.create(keyFile, fresh)
        }
        guard let bytes = try PrivateFile.read(keyFile) else {
            throw StorageError(
                .wrongKey,
                "\(keyFile): the key that opens the secrets is missing: restore it from where you keep a copy")
        }
        guard bytes.count == 32 else {
            throw StorageError(
                .wrongKey,
                "\(keyFile): a key has 32 bytes, this file \(bytes.count): restore it from where you keep a copy")
        }
        return SymmetricKey(data: bytes)
    }

    private static func open(_ blob: [UInt8], name: String, _ key: SymmetricKey, _ keyFile: String) throws -> Secret {
        let altered = StorageError(
            .corrupt, "the secret \"\(name)\" was altered or damaged: set it again, and run hatang audit verify")
        guard blob.count >= 1 + 8 + 12 + 16, blob[0] == 1 else { throw altered }
        guard Array(blob[1..<9]) == keyName(key) else {
            throw StorageError(
                .wrongKey,
                "\(keyFile): the secret \"\(name)\" was sealed with another key: restore the key that belongs to this "
                    + "database, or set the secret again after deleting all that were sealed with the lost one")
        }
        guard let box = try? ChaChaPoly.SealedBox(combined: blob[9...]),
            let plain = try? ChaChaPoly.open(box, using: key, authenticating: associated(name))
        else { throw altered }
        return Secret(Array(plain))
    }

    private static func associated(_ name: String) -> [UInt8] { Array("hatang secret v1\n\(name)".utf8) }

    private static func keyName(_ key: SymmetricKey) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array("hatang secret key v1\n".utf8))
        key.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Array(hash.finalize().prefix(8))
    }
}
