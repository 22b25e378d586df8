import CMDB
public import Notation

/// A JSON Schema (2020-12) of inventory files, so that editors complete and check `Inventory/*.yaml`.
///
/// Everything the loader takes is valid, and what it refuses for its shape is not: unknown keys, values that are no
/// choice, missing fields. What takes other records to tell (references, rules) is for `inventory validate`. An editor
/// with the YAML language server reads it from the first line of a file:
///
///     # yaml-language-server: $schema=../inventory.schema.json
public enum InventorySchema {
    /// The schema of a whole file: a list for each kind.
    public static var document: JSONValue {
        var properties: [String: JSONValue] = [
            "sample": boolean("Default of `sample` for every record of the file"),
            "source": annotated(text(max: 300), "Default of `source` for every record of the file"),
        ]
        var definitions: [String: JSONValue] = [:]
        for kind in Kind.allCases {
            properties[kind.fileKey] = list(of: "#/$defs/\(kind.rawValue)", "Records of kind \(kind.rawValue)")
            definitions[kind.rawValue] = record(kind, within: nil)
        }
        for (kind, owner) in nestings {
            definitions["\(kind.rawValue).in.\(owner)"] = nested(kind, owner)
        }
        return .object([
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Hạ Tầng inventory file",
            "description": "Lists of records by kind", "type": ["object", "null"], "additionalProperties": false,
            "properties": .object(properties), "$defs": .object(definitions),
        ])
    }

    /// Kinds that stand inside others, by what their list is called there.
    private static let nestings: [(Kind, String)] =
        Kind.components.map { ($0, "device") } + [
            (.interface, "virtual-machine"), (.service, "device"), (.service, "virtual-machine"),
            (.ipAddress, "interface"),
        ]

    private static func nested(_ kind: Kind, _ owner: String) -> JSONValue {
        let whole = record(kind, within: owner)
        // An address may be its text alone.
        return kind == .ipAddress ? .object(["anyOf": .array([whole, address(withMask: true)])]) : whole
    }

    private static func record(_ kind: Kind, within owner: String?) -> JSONValue {
        let schema = Schema.of(kind)
        let given: String? =
            owner == nil ? nil : kind == .ipAddress ? "assigned_object" : kind == .service ? "parent" : "device"
        var properties: [String: JSONValue] = [:]
        for field in schema.fields where field.name != given { properties[field.name] = property(field) }
        if kind == .ipAddress {
            properties["primary"] = boolean("Short for is_primary")
            properties["oob"] = boolean("Short for is_oob")
        }
        for (part, around) in nestings where around == kind.rawValue {
            properties[part.fileKey] = list(of: "#/$defs/\(part.rawValue).in.\(around)", "Its \(part.fileKey)")
        }
        let required = schema.fields.filter { $0.required && $0.name != given }.map { JSONValue.string($0.name) }
        var out: [String: JSONValue] = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
        ]
        if !required.isEmpty { out["required"] = .array(required) }
        return .object(out)
    }

    private static func list(of reference: String, _ help: String) -> JSONValue {
        .object([
            "type": ["array", "null"], "items": .object(["$ref": .string(reference)]), "description": .string(help),
        ])
    }

    private static func property(_ field: Field) -> JSONValue {
        var out = annotated(orNull(type(field.type, field.name)), field.help)
        if let fallback = field.fallback, case .object(var members) = out {
            members["default"] = fallback
            out = .object(members)
        }
        return out
    }

    private static func annotated(_ schema: JSONValue, _ help: String) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        members["description"] = .string(help)
        return .object(members)
    }

    /// Null counts as absent everywhere.
    private static func orNull(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        switch (members["type"], members["enum"], members["anyOf"]) {
        case (.string(let name)?, nil, _): members["type"] = .array([.string(name), "null"])
        case (.array(let names)?, nil, _): members["type"] = .array(names + ["null"])
        case (_, .array(let values)?, _): members["enum"] = .array(values + [.null])
        case (_, _, .array(let choices)?): members["anyOf"] = .array(choices + [.object(["type": "null"])])
        default: break
        }
        return .object(members)
    }

    private static func boolean(_ help: String) -> JSONValue {
        .object(["type": ["boolean", "null"], "description": .string(help)])
    }

    /// Any scalar is taken as the text it was written as.
    private static func text(max: Int) -> JSONValue {
        .object(["type": ["string", "number", "boolean"], "maxLength": .int(Int64(max))])
    }

    private static func pattern(_ pattern: String) -> JSONValue {
        .object(["type": "string", "pattern": .string(pattern)])
    }

    private static func address(withMask: Bool) -> JSONValue {
        pattern("^[0-9A-Fa-f.:]+\(withMask ? "/[0-9]{1,3}" : "")$")
    }

    private static func anyOf(_ schemas: JSONValue...) -> JSONValue { .object(["anyOf": .array(schemas)]) }
    private static let mapping: JSONValue = .object(["type": "object"])

    private static func type(_ type: FieldType, _ name: String) -> JSONValue {
        switch type {
        case .text(let max):
            let secrets: Set<String> = [
                "snmp_community", "snmp_auth_secret", "snmp_priv_secret", "ssh_key", "ssh_password", "licence_key",
                "private_key", "secret",
            ]
            return secrets.contains(name) ? pattern("^secret://[A-Za-z0-9_./-]+$") : text(max: max)
        case .slug:
            // Digits without quotes are taken as text; NetBox's nested form is too.
            return anyOf(pattern("^[a-z0-9._-]{0,100}$"), .object(["type": "integer"]), mapping)
        case .int(let range):
            return .object([
                "type": "integer", "minimum": .int(Int64(range.lowerBound)), "maximum": .int(Int64(range.upperBound)),
            ])
        case .decimal(let range):
            return .object([
                "type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound),
            ])
        case .bool: return .object(["type": "boolean"])
        case .date: return .object(["type": "string", "format": "date", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"])
        case .choice(let values): return choice(values)
        case .reference(let kinds):
            return .object([
                "anyOf": [
                    .object(["type": ["string", "integer"]]),
                    .object(["type": "object", "description": "NetBox's nested form, {slug: x}"]),
                ],
                "$comment": .string("names a \(kinds.map(\.rawValue).joined(separator: ", "))"),
            ])
        case .address: return address(withMask: false)
        case .interfaceAddress: return anyOf(address(withMask: true), mapping)
        case .prefix: return anyOf(address(withMask: true), mapping)
        case .macAddress: return pattern("^[0-9A-Fa-f.:-]+$")
        case .url: return pattern("^(https?://.+)?$")
        case .duration: return pattern("^([0-9]+(ms|s|m|h|d))*$")
        case .dateTime: return .object(["type": "string", "format": "date-time"])
        case .list(let element):
            let item = self.type(element, name)
            return anyOf(.object(["type": "array", "items": orNull(item)]), item)
        case .map: return .object(["type": "object", "additionalProperties": customValue])
        case .json: return .object([:])
        case .record(let fields):
            let members = Dictionary(fields.map { ($0.name, property($0)) }, uniquingKeysWith: { first, _ in first })
            return .object(["type": "object", "additionalProperties": false, "properties": .object(members)])
        }
    }

    private static func choice(_ values: [String]) -> JSONValue {
        // `width: 19` without quotes is the text 19.
        let numbers = values.compactMap { Int64($0).map { JSONValue.int($0) } }
        return anyOf(
            .object(["enum": .array(values.map { .string($0) } + numbers)]),
            .object([
                "type": "object", "required": ["value"],
                "description": "NetBox's form, {value: x, label: y}",
            ]))
    }

    private static let customValue: JSONValue = .object([
        "anyOf": [
            .object(["type": ["string", "number", "boolean", "null"]]),
            .object([
                "type": "array", "items": .object(["type": ["string", "number", "boolean", "null"]]),
            ]),
        ]
    ])
}
