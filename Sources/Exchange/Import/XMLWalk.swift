import CXMLReader
import Notation

/// A walk over an XML text: elements and texts in their order. Document types are refused, so that no entity of the
/// text's own is ever looked at.
final class XMLWalk {
    enum Node {
        case open(String)
        case text(String)
        case close(String)
    }

    private let file: String
    private let reader: OpaquePointer
    /// libxml2 reads from here until the reader is closed.
    private let memory: UnsafeMutableBufferPointer<UInt8>
    /// The end of an empty element, which libxml2 does not report.
    private var pendingClose: String?

    init(_ bytes: [UInt8], file: String) throws(InputErrors) {
        self.file = file
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        memory.initialize(repeating: 0)
        _ = memory.update(fromContentsOf: bytes)
        guard let start = memory.baseAddress, let reader = cxmlreader_open(UnsafePointer(start), bytes.count) else {
            memory.deallocate()
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "the XML inside cannot be read", remedy: "save the file anew"))
        }
        self.memory = memory
        self.reader = reader
    }

    deinit {
        cxmlreader_close(reader)
        memory.deallocate()
    }

    /// The next element or text; nil at the end.
    func next() throws(InputErrors) -> Node? {
        if let name = pendingClose {
            pendingClose = nil
            return .close(name)
        }
        while true {
            let result = cxmlreader_next(reader)
            if result == 0 { return nil }
            if result < 0 { throw broken(cxmlreader_error(reader).map { String(cString: $0) } ?? "not well-formed") }
            let name = cxmlreader_name(reader).map { String(cString: $0) } ?? ""
            switch Int(cxmlreader_kind(reader)) {
            case Int(CXMLReaderElement):
                if cxmlreader_is_empty(reader) != 0 { pendingClose = name }
                return .open(name)
            case CXMLReaderEndElement: return .close(name)
            case 10: throw broken("it declares a document type")
            // Text, and white space that stands between tags: cells may hold nothing else.
            case CXMLReaderText, 4, 13, 14: return .text(cxmlreader_value(reader).map { String(cString: $0) } ?? "")
            default: continue
            }
        }
    }

    private func broken(_ problem: String) -> InputErrors {
        InputErrors(
            Diagnostic(
                SourcePosition(file: file, line: Int(cxmlreader_line(reader))),
                problem: "the XML inside is not sound: \(problem.prefix(120))", remedy: "save the file anew"))
    }

    /// An attribute of the element that was opened last.
    func attribute(_ name: String) -> String? {
        guard let text = cxmlreader_attribute(reader, name) else { return nil }
        defer { cxmlreader_free(text) }
        return String(cString: text)
    }
}
