import CMDB
import Exchange
import Foundation
import Notation
import TestSupport
import Testing

@Suite("JSON Schema of inventory files")
struct ExportSchemaTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test("Every kind and every field is in it")
    func complete() throws {
        let schema = InventorySchema.document
        for kind in Kind.allCases {
            #expect(schema["properties"]?[kind.fileKey]?["items"]?["$ref"] == .string("#/$defs/\(kind.rawValue)"))
            let record = try #require(schema["$defs"]?[kind.rawValue])
            #expect(record["additionalProperties"] == .bool(false))
            for field in Schema.of(kind).fields {
                #expect(record["properties"]?[field.name]?["description"] == .string(field.help))
            }
            let required = Set(record["required"]?.array?.compactMap(\.string) ?? [])
            #expect(required == Set(Schema.of(kind).fields.filter(\.required).map(\.name)))
        }
        // Every reference leads somewhere.
        var dangling: [String] = []
        func walk(_ value: JSONValue) {
            if let name = value["$ref"]?.string, schema["$defs"]?[String(name.dropFirst(8))] == nil {
                dangling.append(name)
            }
            value.object?.values.forEach(walk)
            value.array?.forEach(walk)
        }
        walk(schema)
        #expect(dangling == [])
    }

    /// Validates each named text and returns the names of those that are not valid; nil without Python's jsonschema.
    private func invalid(_ texts: [String: String]) throws -> Set<String>? {
        guard let python = ExportFixture.tool("python3", environment: "HATANG_PYTHON") else { return nil }
        let folder = try TemporaryFolder()
        try InventorySchema.document.pretty.write(
            toFile: folder.path + "/schema.json", atomically: true, encoding: .utf8)
        try JSONValue.object(texts.mapValues { .string($0) }).canonical.write(
            toFile: folder.path + "/texts.json", atomically: true, encoding: .utf8)
        let script = """
            import json, re, sys
            try:
                import yaml, jsonschema
            except ImportError:
                print("absent"); sys.exit(0)
            class Core(yaml.SafeLoader): pass
            Core.yaml_implicit_resolvers = {}
            for tag, pattern, first in [
                ("bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"), ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
                ("int", r"^[-+]?[0-9]+$", "-+0123456789"), ("float", r"^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789")]:
                Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))
            folder = sys.argv[1]
            schema = json.load(open(folder + "/schema.json"))
            jsonschema.Draft202012Validator.check_schema(schema)
            check = jsonschema.Draft202012Validator(schema)
            for name, text in json.load(open(folder + "/texts.json")).items():
                for error in check.iter_errors(yaml.load(text, Loader=Core)):
                    print(json.dumps([name, "/".join(map(str, error.absolute_path)), error.message[:200]]))
            """
        let process = Foundation.Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-W", "ignore", "-c", script, folder.path]
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        if text.hasPrefix("absent") { return nil }
        return Set(
            try text.split(separator: "\n").compactMap { line in
                let parts = try JSONValue.parse(String(line)).array ?? []
                print("schema: \(line)")
                return parts.first?.string
            })
    }

    @Test("The shipped files are valid, generated ones too, and mutated ones are not")
    func validates() throws {
        var texts: [String: String] = ["fixture": ExportFixture.text]
        let folder = URL(filePath: Self.root + "/Inventory").resolvingSymlinksInPath().path
        let walk = FileManager.default.enumerator(atPath: folder)
        while let name = walk?.nextObject() as? String {
            if name.hasSuffix(".yaml"), !name.contains("device-types/") {
                texts["Inventory/\(name)"] = try String(
                    contentsOfFile: "\(Self.root)/Inventory/\(name)", encoding: .utf8)
            }
        }
        #expect(texts.count > 15)
        let world = try ExportWorld.snapshot("schema")
        texts["generated yaml"] = InventoryYAML(world.all).document()
        texts["generated json"] = TableExport.json(world.all)
        let wrong = [
            "unknown list": "devicez: []", "unknown field": "sites: [{name: a, nmae: b}]",
            "unknown nested field":
                "devices: [{name: a, role: r, device_type: t, site: s, interfaces: [{name: e, mtuu: 1}]}]",
            "missing field": "racks: [{name: a}]", "choice": "sites: [{name: a, status: activ}]",
            "number": "racks: [{name: a, site: s, u_height: 4000}]",
            "truth": "prefixes: [{prefix: 10.0.0.0/8, is_pool: maybe}]",
            "secret": "credentials: [{name: a, type: password, secret: hunter2}]",
            "slug": "sites: [{name: a, slug: Sở}]", "mask": "ip_addresses: [{address: 10.0.0.1}]",
            "not a list": "sites: {name: a}",
            "record": "devices: [{name: a, role: r, device_type: t, site: s, monitoring: {snmp: 1}}]",
            "given by nesting":
                "devices: [{name: a, role: r, device_type: t, site: s, interfaces: [{name: e, device: x}]}]",
        ]
        texts.merge(wrong) { $1 }
        guard let invalid = try invalid(texts) else {
            print("skipped: Python's yaml and jsonschema are not installed")
            return
        }
        #expect(invalid == Set(wrong.keys))
    }
}
