import CLibZip
import Notation

/// The parts of a ZIP package in memory, with bounds against packages that are made to burst.
final class ZipPackage {
    /// Bounds; the ratio counts only for parts beyond a mebibyte, small ones may be all alike.
    struct Limits {
        var parts = 4_096
        var bytes = 256 << 20
        var ratio = 400
    }

    private let file: String
    private let limits: Limits
    private let archive: OpaquePointer
    /// libzip reads from here until the archive is closed.
    private let memory: UnsafeMutableRawBufferPointer
    private var left: Int

    /// Opens a package.
    /// - Throws: ``Notation/InputErrors`` when it is none, or holds too many parts.
    init(_ bytes: [UInt8], file: String, limits: Limits = Limits()) throws(InputErrors) {
        self.file = file
        self.limits = limits
        // libzip takes no bytes at all for an empty package.
        if bytes.isEmpty { throw Self.notAPackage(file) }
        left = limits.bytes
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        memory.copyBytes(from: bytes)
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(memory.baseAddress, zip_uint64_t(bytes.count), 0, &error) else {
            memory.deallocate()
            throw Self.notAPackage(file)
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            memory.deallocate()
            throw Self.notAPackage(file)
        }
        self.archive = archive
        self.memory = memory
        let count = zip_get_num_entries(archive, 0)
        guard count >= 0, count <= zip_int64_t(limits.parts) else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "the package has \(count) parts, more than \(limits.parts)",
                    remedy: "save the workbook anew from a spreadsheet program"))
        }
    }

    deinit {
        // Nothing was changed, so that discarding is closing (zip_discard(3)).
        zip_discard(archive)
        memory.deallocate()
    }

    private static func notAPackage(_ file: String) -> InputErrors {
        InputErrors(
            Diagnostic(
                SourcePosition(file: file), problem: "not an XLSX workbook",
                remedy: "save it as .xlsx without a password; .xls and .ods are not read"))
    }

    private func tooLarge(_ name: String) -> InputErrors {
        InputErrors(
            Diagnostic(
                SourcePosition(file: file), problem: "the part \(name) unpacks to more than is reasonable",
                remedy: "save the workbook anew from a spreadsheet program, or split it"))
    }

    /// The bytes of a part; nil when there is none of that name.
    func part(_ name: String) throws(InputErrors) -> [UInt8]? {
        let place = zip_name_locate(archive, name, zip_flags_t(ZIP_FL_NOCASE))
        guard place >= 0 else { return nil }
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_stat_index(archive, zip_uint64_t(place), 0, &status) == 0,
            let opened = zip_fopen_index(archive, zip_uint64_t(place), 0)
        else { throw unreadable(name) }
        defer { zip_fclose(opened) }
        // What the directory says of sizes is not believed: what comes out is counted.
        let allowed = min(left, max(1 << 20, Int(clamping: status.comp_size).multipliedClamping(by: limits.ratio)))
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { zip_fread(opened, $0.baseAddress, zip_uint64_t($0.count)) }
            if count < 0 { throw unreadable(name) }
            if count == 0 { break }
            if out.count + Int(count) > allowed { throw tooLarge(name) }
            out += chunk[..<Int(count)]
        }
        left -= out.count
        return out
    }

    private func unreadable(_ name: String) -> InputErrors {
        InputErrors(
            Diagnostic(
                SourcePosition(file: file), problem: "the part \(name.prefix(60)) of the package is damaged",
                remedy: "save the workbook anew from a spreadsheet program"))
    }
}

extension Int {
    /// The product, or the greatest number.
    func multipliedClamping(by factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
