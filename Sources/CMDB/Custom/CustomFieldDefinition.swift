import Notation

/// A `custom-field` record in the form in which values are held against it.
struct CustomFieldDefinition {
    let id: ObjectID
    let name: String
    let type: String
    let kinds: Set<Kind>
    let related: Kind?
    let isRequired: Bool
    let isUnique: Bool
    let fallback: JSONValue?
    let choices: [String]
    let minimum: Double?
    let maximum: Double?
    let pattern: Pattern?

    /// Takes what can be understood; ``problems(_:)`` says what cannot.
    init?(_ object: Object) {
        guard let name = object.text("name"), let type = object.text("type") else { return nil }
        id = object.id
        self.name = name
        self.type = type
        kinds = Set(object.texts("object_types").compactMap(Self.kind))
        related = object.text("related_object_type").flatMap(Self.kind)
        isRequired = object.flag("required")
        isUnique = object.flag("unique")
        fallback = object.fields["default"]
        choices = object.texts("choices")
        minimum = object.fields["validation_minimum"]?.number
        maximum = object.fields["validation_maximum"]?.number
        pattern = object.text("validation_regex").flatMap { try? Pattern($0) }
    }

    /// A kind as NetBox writes it in exports too: `dcim.device`, `ipam.ipaddress`, `device`.
    static func kind(_ text: String) -> Kind? {
        if let kind = Kind(rawValue: text) ?? Kind(fileKey: text.replacing("-", with: "_")) { return kind }
        guard let dot = text.lastIndex(of: ".") else { return nil }
        let bare = String(text[text.index(after: dot)...]).replacing("_", with: "").replacing("-", with: "")
        return Kind.allCases.first { $0.rawValue.replacing("-", with: "") == bare }
    }

    static func kindHint(_ text: String) -> String {
        NearestName.hint(
            text, in: Kind.allCases.map(\.rawValue), otherwise: "write a kind such as device or virtual-machine")
    }

    var isNumber: Bool { type == "integer" || type == "decimal" }
    var isText: Bool { type == "text" || type == "longtext" || type == "url" }
    var isChoice: Bool { type == "select" || type == "multiselect" }
    var isReference: Bool { type == "object" || type == "multiobject" }
    var isList: Bool { type == "multiselect" || type == "multiobject" }

    /// What is wrong with the definition itself; what only has no effect comes from ``idle(_:)``.
    static func problems(_ object: Object) -> [(field: String, problem: String, remedy: String)] {
        guard let own = CustomFieldDefinition(object) else { return [] }
        var out: [(field: String, problem: String, remedy: String)] = []
        for text in object.texts("object_types") where kind(text) == nil {
            out.append(("object_types", "there is no kind \(shown(text))", kindHint(text)))
        }
        if let text = object.text("related_object_type") {
            if kind(text) == nil, own.isReference {
                out.append(("related_object_type", "there is no kind \(shown(text))", kindHint(text)))
            }
        } else if own.isReference {
            out.append(("type", "type \(own.type) without related_object_type", "add related_object_type:"))
        }
        if own.isChoice, own.choices.isEmpty {
            out.append(("type", "type \(own.type) without choices", "add choices:"))
        }
        if let low = own.minimum, let high = own.maximum, low > high {
            out.append(("validation_maximum", "the greatest value is less than the least", "swap the two"))
        }
        if let text = object.text("validation_regex") {
            do throws(Pattern.Fault) {
                _ = try Pattern(text)
            } catch {
                out.append(("validation_regex", "column \(error.column): \(error.problem)", error.remedy))
            }
        }
        if let fallback = own.fallback, !own.isReference, case .failure(let fault) = own.value(fallback) {
            out.append(("default", "the default \(fault.problem)", fault.remedy))
        }
        return out
    }

    /// What the definition says without effect, because its type has no use for it.
    static func idle(_ object: Object) -> [(field: String, problem: String, remedy: String)] {
        guard let own = CustomFieldDefinition(object) else { return [] }
        let uses: [(field: String, isUsed: Bool)] = [
            ("related_object_type", own.isReference), ("choices", own.isChoice), ("validation_minimum", own.isNumber),
            ("validation_maximum", own.isNumber), ("validation_regex", own.isText),
        ]
        return uses.filter { object.fields[$0.field] != nil && !$0.isUsed }.map {
            ($0.field, "\($0.field) means nothing for type \(own.type)", "leave it out, or correct the type")
        }
    }

    struct Fault: Error {
        /// Follows the field's name.
        let problem: String
        let remedy: String

        init(_ problem: String, _ remedy: String) { (self.problem, self.remedy) = (problem, remedy) }
    }

    /// The canonical form of `value`; references are checked by who knows the inventory.
    func value(_ value: JSONValue) -> Result<JSONValue, Fault> {
        if isList {
            var out: [JSONValue] = []
            for element in value.array ?? [value] {
                switch single(element) {
                case .success(let one): out.append(one)
                case .failure(let fault): return .failure(fault)
                }
            }
            return .success(.array(ValueReader.canonicalOrder(out)))
        }
        if type != "json", value.array != nil {
            return .failure(Fault("is a list, one value is asked", "write one value"))
        }
        return single(value)
    }

    private func single(_ value: JSONValue) -> Result<JSONValue, Fault> {
        switch type {
        case "json": return .success(value)
        case "integer":
            guard let number = value.int else {
                return .failure(Fault("is \(Self.show(value)), a whole number is asked", "write digits without quotes"))
            }
            return inRange(Double(number), value)
        case "decimal":
            guard let number = value.number else {
                return .failure(Fault("is \(Self.show(value)), a number is asked", "write a number such as 1.5"))
            }
            return inRange(number, value)
        case "boolean":
            if value.bool != nil { return .success(value) }
            return .failure(Fault("is \(Self.show(value)), a truth value is asked", "write true or false"))
        case "object", "multiobject":
            if let text = value.string ?? value["slug"]?.string ?? value["key"]?.string {
                return .success(.string(text))
            }
            if let number = value.int, related == .asn { return .success(.string(String(number))) }
            return .failure(Fault("is \(Self.show(value)), a record is asked", "write its slug"))
        default: return text(value)
        }
    }

    private func inRange(_ number: Double, _ value: JSONValue) -> Result<JSONValue, Fault> {
        if let minimum, number < minimum {
            return .failure(Fault("is \(value.canonical), less than \(Self.show(.double(minimum)))", "write more"))
        }
        if let maximum, number > maximum {
            return .failure(Fault("is \(value.canonical), more than \(Self.show(.double(maximum)))", "write less"))
        }
        return .success(value)
    }

    private func text(_ value: JSONValue) -> Result<JSONValue, Fault> {
        // `0123` stays text when read, 123 does not: what was written is meant.
        var value = value
        if isChoice, let inner = value["value"] { value = inner }
        guard let text = value.string ?? (value.object == nil ? value.canonical : nil) else {
            return .failure(Fault("is a mapping, text is asked", "write one value"))
        }
        switch type {
        case "date":
            if ValueReader.isDate(text) { return .success(.string(text)) }
            return .failure(Fault("\(shown(text)) is not a date", "write year-month-day such as 2026-11-21"))
        case "datetime":
            if let moment = ValueReader.dateTime(text) { return .success(.string(moment)) }
            return .failure(Fault("\(shown(text)) is not a moment", "write one such as 2026-11-21T08:00:00+07:00"))
        case "select", "multiselect":
            if choices.contains(text) { return .success(.string(text)) }
            return .failure(
                Fault(
                    "\(shown(text)) is not one of its choices",
                    NearestName.hint(text, in: choices, otherwise: "use one of \(choices.joined(separator: ", "))")))
        case "url":
            guard ValueReader.isURL(text) else {
                return .failure(Fault("\(shown(text)) is not a web address", "write http://HOST/… or https://HOST/…"))
            }
        case "text":
            if text.contains(where: \.isNewline) {
                return .failure(Fault("has several lines", "write it on one line, or use type: longtext"))
            }
        default: break
        }
        if let pattern, !pattern.matchesStart(text) {
            return .failure(Fault("\(shown(text)) does not fit \(shown(pattern.text))", "correct the value"))
        }
        return .success(.string(text))
    }

    static func show(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): shown(text)
        case .array: "a list"
        case .object: "a mapping"
        case .double(let number): Int64(exactly: number).map(String.init) ?? value.canonical
        default: value.canonical
        }
    }
}
