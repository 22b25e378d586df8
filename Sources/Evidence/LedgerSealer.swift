public import CMDB
import Crypto
import Notation

/// Seals record after record straight into bytes: what ``LedgerRecord/init(sealing:seq:previous:)`` makes, without
/// values and texts in between. For writing many records.
public struct LedgerSealer: Sendable {
    /// The bytes of the record sealed last: canonical JSON.
    public private(set) var record: [UInt8] = []
    /// Its SHA-256, 64 lower-case hex digits.
    public private(set) var hash: [UInt8]
    /// Its number; that of the record before the first as long as none was sealed.
    public private(set) var seq: Int64
    // Records written together have one moment.
    private var moment: (at: Timestamp, text: String)?

    /// Continues a ledger behind the record numbered `seq` with `hash`; 0 and ``LedgerRecord/genesis`` begin one.
    public init(after seq: Int64, hash: String) {
        self.seq = seq
        self.hash = Array(hash.utf8)
    }

    /// Seals the next record; read ``record``, ``hash`` and ``seq`` afterwards.
    /// - Parameter payload: appends the payload's canonical JSON and leaves what is there already as it is.
    public mutating func seal(
        action: String, subject: ObjectID?, actor: String, reason: String, at: Timestamp,
        payload: (inout [UInt8]) throws -> Void
    ) rethrows {
        seq += 1
        record.removeAll(keepingCapacity: true)
        append("{\"action\":")
        JSONValue.appendQuoted(action, to: &record)
        append(",\"actor\":")
        JSONValue.appendQuoted(actor, to: &record)
        append(",\"at\":")
        let moment = moment.flatMap { $0.at == at ? $0 : nil } ?? (at: at, text: at.description)
        self.moment = moment
        JSONValue.appendQuoted(moment.text, to: &record)
        append(",\"payload\":")
        try payload(&record)
        append(",\"previous\":\"")
        record.append(contentsOf: hash)
        append("\",\"reason\":")
        JSONValue.appendQuoted(reason, to: &record)
        append(",\"seq\":")
        JSONValue.appendDigits(seq, to: &record)
        append(",\"subject\":")
        if let subject { JSONValue.appendQuoted(subject.description, to: &record) } else { append("null") }
        append("}")
        hash.removeAll(keepingCapacity: true)
        Digest.appendSHA256Hex(of: record[...], to: &hash)
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { record.append(contentsOf: $0) }
    }
}

extension Digest {
    /// SHA-256 in 64 lower-case hex digits of what `parts` hands out, one part after the other.
    public static func sha256Hex(parts: ((_ next: ([UInt8]) -> Void) -> Void)) -> String {
        var hasher = SHA256()
        parts { part in part.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
        return hex(hasher.finalize())
    }

    /// Appends the SHA-256 of `bytes` as 64 lower-case hex digits.
    public static func appendSHA256Hex(of bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        var hasher = SHA256()
        bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        let digits: StaticString = "0123456789abcdef"
        digits.withUTF8Buffer { digits in
            for byte in hasher.finalize() {
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
            }
        }
    }
}
