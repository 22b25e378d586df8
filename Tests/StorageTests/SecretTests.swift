import CMDB
import Evidence
import Foundation
import Notation
import Remote
import Storage
import TestSupport
import Testing

@Suite("Secrets at rest", .tags(.medium))
struct SecretTests {
    private let word = "mật-khẩu-rất-dài-và-không-ai-đoán-được"

    private func set(_ store: SecretStore, _ name: String, _ text: String) throws {
        try store.set(name, Secret(text), actor: "an", reason: "thiết bị mới", at: noon)
    }

    @Test("a secret comes back as it was, and its name and nothing more is in the ledger")
    func roundTrip() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let secrets = SecretStore(store)
        #expect(try secrets.names().isEmpty)
        for (name, text) in [("snmp/core", word), ("empty", ""), ("ssh/khóa", String(repeating: "x\n", count: 5_000))] {
            try set(secrets, name, text)
            #expect(try secrets.get(name) == Secret(text))
        }
        try set(secrets, "empty", "now full")
        #expect(try secrets.get("empty") == Secret("now full"))
        #expect(try secrets.names() == ["empty", "snmp/core", "ssh/khóa"])
        try secrets.delete("empty", actor: "an", reason: "", at: noon)
        #expect(code { _ = try secrets.get("empty") } == .notFound)
        #expect(code { try secrets.delete("empty", actor: "an", reason: "", at: noon) } == .notFound)
        #expect(code { try set(secrets, "", "x") } == .other)

        let records = try store.ledgerRecords(from: 1, limit: 100).map(\.record)
        #expect(records.count == 5 && records.allSatisfy { !$0.contains(word) && !$0.contains("now full") })
        #expect(
            records[0].contains(#""action":"secret.set""#) && records[0].contains(#""payload":{"name":"snmp/core"}"#))
        #expect(records[4].contains(#""action":"secret.delete""#))
        try store.close()
        #expect(try SecretStore(lab.open(.readOnly)).get("snmp/core") == Secret(word))
    }

    @Test("no byte of it can be read in any file of the folder, and equal secrets look different")
    func raw() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try set(SecretStore(store), "a", word)
        try set(SecretStore(store), "b", word)
        let needle = Data(word.utf8.prefix(8))
        var files = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: lab.folder.file("data")) {
            let data = try Data(contentsOf: URL(fileURLWithPath: lab.folder.file("data/\(name)")))
            #expect(data.range(of: needle) == nil, "\(name)")
            files += 1
        }
        #expect(files >= 6)
        try store.close()
        try lab.tamper("UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE name = 'b') WHERE name = 'a'")
        // Moved to another name it does not open: the name is part of what is sealed.
        #expect(code { _ = try SecretStore(lab.open(.readOnly)).get("a") } == .corrupt)
        #expect(try SecretStore(lab.open(.readOnly)).get("b") == Secret(word))
    }

    @Test("every altered byte is noticed")
    func tampered() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        var store = try lab.open()
        try set(SecretStore(store), "a", word)
        try store.close()
        let length = 1 + 8 + 12 + word.utf8.count + 16
        for place in 1...length {
            let flip = """
                UPDATE secret SET sealed = substr(sealed, 1, \(place) - 1)
                || CASE substr(sealed, \(place), 1) WHEN x'5a' THEN x'5b' ELSE x'5a' END || substr(sealed, \(place) + 1)
                """
            let copy = try Lab()
            defer { withExtendedLifetime(copy) {} }
            for name in ["hatang.sqlite", "secret.key"] {
                try copy.folder.write(lab.bytes("data/\(name)"), to: "data/\(name)")
            }
            // Joining blobs with || makes text of them in SQLite.
            try copy.tamper(flip.replacing("SET sealed = ", with: "SET sealed = CAST(").appending(" AS BLOB)"))
            store = try copy.open(.immutable)
            let error = #expect(throws: StorageError.self, "byte \(place)") { try SecretStore(store).get("a") }
            #expect(error?.code == .corrupt || error?.code == .wrongKey, "byte \(place): \(error?.message ?? "")")
            #expect(error.map { !$0.message.contains(word) } == true)
        }
        for blob in ["x''", "x'01'", "zeroblob(10)", "'text'", "7"] {
            try lab.tamper("UPDATE secret SET sealed = \(blob)")
            #expect(code { _ = try SecretStore(lab.open(.readOnly)).get("a") } == .corrupt, "\(blob)")
        }
    }

    @Test("another key is told from a damaged secret, and does not split the store")
    func otherKey() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try set(SecretStore(store), "a", word)
        let key = try lab.bytes("data/secret.key")
        #expect(key.count == 32)
        try lab.folder.write([UInt8](repeating: 7, count: 32), to: "other.key")
        let other = SecretStore(store, keyFile: lab.folder.file("other.key"))
        #expect(message { _ = try other.get("a") }.contains("another key"))
        #expect(code { _ = try other.get("a") } == .wrongKey && code { try set(other, "b", "x") } == .wrongKey)
        #expect(try other.names() == ["a"])
        let missing = SecretStore(store, keyFile: lab.folder.file("missing.key"))
        #expect(code { _ = try missing.get("a") } == .wrongKey && code { try set(missing, "b", "x") } == .wrongKey)
        #expect(!FileManager.default.fileExists(atPath: missing.keyFile))
        try lab.folder.write(Array(key.dropLast()), to: "short.key")
        #expect(code { _ = try SecretStore(store, keyFile: lab.folder.file("short.key")).get("a") } == .wrongKey)
    }

    @Test("a key that others may read or that is no plain file is refused", arguments: [0o640, 0o604, 0o660, 0o601])
    func permissions(mode: Int) throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        try set(SecretStore(store), "a", word)
        let file = lab.folder.file("data/secret.key")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        let said = message { _ = try SecretStore(store).get("a") }
        #expect(said.contains("chmod 600") && code { _ = try SecretStore(store).get("a") } == .permission)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        #expect(try SecretStore(store).get("a") == Secret(word))
        let link = lab.folder.file("link.key")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        #expect(code { _ = try SecretStore(store, keyFile: link).get("a") } == .permission)
        #expect(code { _ = try SecretStore(store, keyFile: lab.folder.path).get("a") } == .permission)
    }
}

@Suite("Host keys", .tags(.medium))
struct HostKeyTests {
    private let web = ObjectID(.device, "web-01")
    private let first = HostKey(type: "ssh-ed25519", fingerprint: "SHA256:aaa")
    private let rsa = HostKey(type: "rsa-sha2-512", fingerprint: "SHA256:rrr")
    private let second = HostKey(type: "ssh-ed25519", fingerprint: "SHA256:bbb")

    @Test("a key is recorded once, with a ledger record; a changed one only on demand")
    func life() throws {
        let lab = try Lab()
        defer { withExtendedLifetime(lab) {} }
        let store = try lab.open()
        let keys = HostKeyStore(store)
        func record(_ list: [HostKey], replace: Bool = false) throws -> Bool {
            try keys.record(list, for: web, replace: replace, actor: "an", reason: "đo tại chỗ", at: noon)
        }
        #expect(try keys.list().isEmpty)
        #expect(try record([first]) && !record([first]))
        for other in [[second], [rsa], [first, rsa], [second, rsa]] {
            let said = message { _ = try record(other) }
            #expect(
                code { _ = try record(other) } == .conflict && said.contains("device/web-01") && said.contains("aaa"))
        }
        #expect(try keys.list(web).map(\.key) == [first])
        #expect(try record([second, rsa], replace: true))
        #expect(try keys.list(web).map(\.key) == [rsa, second] && keys.list(web)[0].actor == "an")
        #expect(try !record([rsa]), "one of those recorded is nothing new")
        #expect(try record([rsa], replace: true) && keys.list().map(\.key) == [rsa])
        #expect(code { _ = try record([]) } == .other && code { _ = try record([first, second]) } == .conflict)
        try keys.remove(web, actor: "an", reason: "tháo máy", at: noon)
        #expect(code { try keys.remove(web, actor: "an", reason: "", at: noon) } == .notFound)
        #expect(try keys.list().isEmpty)

        let history = try store.history(of: web)
        #expect(history.map(\.action) == ["host-key.record", "host-key.record", "host-key.record", "host-key.remove"])
        #expect(history[1].payload["previous"] == [["fingerprint": "SHA256:aaa", "type": "ssh-ed25519"]])
    }
}
