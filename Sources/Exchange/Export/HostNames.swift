/// Host names by RFC 952 and RFC 1123 section 2.1: labels of letters, digits and inner hyphens.
public enum HostNames {
    /// Whether `name` is a host name of at most 253 characters, labels of at most 63; a final dot is none.
    public static func isValid(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !name.isEmpty, name.utf8.count <= 253, labels.allSatisfy(isLabel) else { return false }
        // All digits would be an address (RFC 1123 section 2.1).
        return labels.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } == false
    }

    /// `name` in lower case without a final dot when it is a host name, else nil.
    public static func canonical(_ name: String) -> String? {
        let text = (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
        return isValid(text) ? text : nil
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = label.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        func isWord(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return isWord(first) && isWord(last) && bytes.allSatisfy { isWord($0) || $0 == 0x2D }
    }
}
