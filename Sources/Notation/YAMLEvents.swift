import CYaml

/// Composes nodes straight from the parser's events: the nodes, tags and marks that Yams makes on the way cost more than
/// the parsing itself.
///
/// It takes what needs no explanation. Errors, keys that stand twice, anchors, merge keys, keys that are no text, several
/// documents and floods of values are left to Yams, which says what is wrong with them.
struct YAMLEvents {
    /// What came of a text.
    enum Outcome {
        /// The root; nil for a text with nothing but comments.
        case root(YAMLNode?)
        case askYams
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String
    private var budget: Int

    static func compose(_ text: String, file: String, budget: Int) -> Outcome {
        var text = text
        return text.withUTF8 { bytes in
            let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
            defer { parser.deallocate() }
            guard yaml_parser_initialize(parser) == 1 else { return .askYams }
            defer { yaml_parser_delete(parser) }
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
            var events = YAMLEvents(parser: parser, file: file, budget: budget)
            return events.stream() ?? .askYams
        }
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>, file: String, budget: Int) {
        (self.parser, self.file, self.budget) = (parser, file, budget)
    }

    /// An event without what has to be freed.
    private enum Event {
        case scalar(String, plain: Bool, SourcePosition)
        case list(SourcePosition)
        case map(SourcePosition)
        case end
        case documentStart
        case streamEnd
        case skipped
    }

    /// The next event; nil for an error, an alias or an anchor.
    private func next() -> Event? {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { return nil }
        defer { yaml_event_delete(&event) }
        let mark = event.start_mark
        func place() -> SourcePosition {
            SourcePosition(file: file, line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
        }
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            guard scalar.anchor == nil else { return nil }
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            // Foundation, by which Yams reads texts, takes this for a byte order mark.
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return nil }
            let plain = scalar.style == YAML_PLAIN_SCALAR_STYLE || scalar.style == YAML_ANY_SCALAR_STYLE
            return .scalar(String(decoding: bytes, as: UTF8.self), plain: plain, place())
        case YAML_SEQUENCE_START_EVENT: return event.data.sequence_start.anchor == nil ? .list(place()) : nil
        case YAML_MAPPING_START_EVENT: return event.data.mapping_start.anchor == nil ? .map(place()) : nil
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: return .skipped
        default: return nil
        }
    }

    private mutating func stream() -> Outcome? {
        guard case .skipped? = next() else { return nil }
        switch next() {
        case .streamEnd: return .root(nil)
        case .documentStart: break
        default: return nil
        }
        guard let first = next(), let root = node(first), case .skipped? = next(), case .streamEnd? = next() else {
            return nil
        }
        return .root(root)
    }

    private mutating func node(_ event: Event) -> YAMLNode? {
        budget -= 1
        guard budget > 0 else { return nil }
        switch event {
        case .scalar(let text, let plain, let position): return .scalar(text, plain: plain, position)
        case .list(let position):
            var elements: [YAMLNode] = []
            while let event = next() {
                if case .end = event { return .list(elements, position) }
                guard let element = node(event) else { return nil }
                elements.append(element)
            }
            return nil
        case .map(let position):
            var entries: [YAMLMap.Entry] = []
            while let event = next() {
                if case .end = event {
                    return Self.hasTwins(entries) ? nil : .map(YAMLMap(entries: entries, position: position))
                }
                guard case .scalar(let key, let plain, let place) = event, !(plain && key == "<<"),
                    let event = next(), let value = node(event)
                else { return nil }
                entries.append(YAMLMap.Entry(key: key, keyPosition: place, value: value))
            }
            return nil
        default: return nil
        }
    }

    private static func hasTwins(_ entries: [YAMLMap.Entry]) -> Bool {
        if entries.count > 32 { return Set(entries.map(\.key)).count < entries.count }
        for (i, entry) in entries.enumerated() where entries[..<i].contains(where: { $0.key == entry.key }) {
            return true
        }
        return false
    }
}
