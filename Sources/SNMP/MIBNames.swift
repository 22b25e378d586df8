import CNetSNMP
public import Remote

/// Names of objects from MIB files, read by libsnmp.
///
/// libsnmp keeps one tree per process: what one value has loaded, all see. Many systems ship without the IETF's MIB
/// files; a name that no file defines has no translation, and that is no error.
public struct MIBNames: Sendable {
    /// MIB files found in the directories; 0 means that no name will be known but those loaded before.
    public let fileCount: Int

    /// Reads every MIB file in `directories`. Takes tens of milliseconds per hundred files: do it once.
    /// - Throws: ``RemoteError`` `local` when a directory cannot be read.
    public init(directories: [String]) throws {
        var count = 0
        for directory in directories {
            let found = cnetsnmp_mib_add_directory(directory)
            guard found >= 0 else {
                throw RemoteError(
                    .local, subject: directory, message: "cannot read the MIB directory; check its path and permissions"
                )
            }
            count += Int(found)
        }
        fileCount = count
        if count > 0, cnetsnmp_mib_load() != 0 {
            throw RemoteError(
                .local, subject: directories.joined(separator: ":"), message: "libsnmp could not load the MIB files")
        }
    }

    /// The identifier of `IF-MIB::ifDescr.1`, `ifDescr.1` or dotted decimal; nil when no loaded file defines it.
    public func oid(named name: String) -> OID? {
        if let oid = OID(dotted: name) { return oid }
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F: true
            default: false
            }
        }
        guard allowed, !name.isEmpty, name.utf8.count <= 512 else { return nil }
        var count = 0
        let parts = [UInt32](unsafeUninitializedCapacity: 128) { buffer, initialised in
            count = cnetsnmp_mib_oid(name, buffer.baseAddress, buffer.count)
            initialised = count
        }
        return count > 0 ? OID(parts) : nil
    }

    /// `IF-MIB::ifDescr.1` for an identifier; nil when no loaded file names any part of it.
    public func name(of oid: OID) -> String? {
        let parts = oid.parts
        var length = 0
        let text = String(unsafeUninitializedCapacity: 2_048) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                length = cnetsnmp_mib_name(parts, parts.count, $0.baseAddress, $0.count)
            }
            return length
        }
        return length > 0 ? text : nil
    }
}
