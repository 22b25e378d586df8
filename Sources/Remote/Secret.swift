/// A pass phrase, community or private key in memory.
///
/// It prints as `‹secret›` everywhere; the bytes come out only through ``withBytes(_:)``.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// Keeps `bytes` as they are, trailing newlines included.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    /// Keeps the UTF-8 bytes of `text`.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Gives the bytes to `body` for as long as it runs; do not let them escape into messages.
    public func withBytes<R, E: Error>(_ body: ([UInt8]) throws(E) -> R) throws(E) -> R { try body(bytes) }

    /// The number of bytes.
    public var count: Int { bytes.count }
    /// Always `‹secret›`.
    public var description: String { "‹secret›" }
    /// Always `‹secret›`.
    public var debugDescription: String { "‹secret›" }
    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
