import CMDB
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct CustomFieldTests {
    static let definitions = """
        custom_fields:
          - {name: rack_code, type: text, object_types: [device], validation_regex: "[A-Z]-\\\\d+$", unique: true}
          - {name: seats, type: integer, object_types: [site, dcim.device], validation_minimum: 1, validation_maximum: 9, default: 2}
          - {name: ratio, type: decimal, object_types: [site]}
          - {name: live, type: boolean, object_types: [site]}
          - {name: since, type: date, object_types: [site]}
          - {name: seen, type: datetime, object_types: [site]}
          - {name: page, type: url, object_types: [site]}
          - {name: raw, type: json, object_types: [site]}
          - {name: shift, type: select, object_types: [site], choices: [day, night]}
          - {name: shifts, type: multiselect, object_types: [site], choices: [day, night]}
          - {name: keeper, type: object, object_types: [site], related_object_type: tenant}
          - {name: keepers, type: multiobject, object_types: [site], related_object_type: tenant}
          - {name: ticket, type: text, object_types: [vlan], required: true}
          - {name: notes, type: longtext, object_types: [site]}
        tenants: [{slug: so-a, name: Sở A}, {slug: so-b, name: Sở B}]

        """

    static let values: [BadCase] = [
        BadCase("integer", "seats: many", "custom_fields.seats is \"many\", a whole number is asked"),
        BadCase("least", "seats: 0", "custom_fields.seats is 0, less than 1"),
        BadCase("greatest", "seats: 10", "custom_fields.seats is 10, more than 9"),
        BadCase("fraction", "seats: 1.5", "a whole number is asked"),
        BadCase("decimal", "ratio: x", "a number is asked"),
        BadCase("boolean", "live: 1", "a truth value is asked"),
        BadCase("date", "since: 2026-02-30", "\"2026-02-30\" is not a date"),
        BadCase("datetime", "seen: 2026-02-03", "is not a moment"),
        BadCase("url", "page: abc", "is not a web address"),
        BadCase("select", "shift: nigt", "is not one of its choices: did you mean \"night\"?"),
        BadCase("multiselect", "shifts: [day, dusk]", "\"dusk\" is not one of its choices"),
        BadCase("list for one", "shift: [day]", "custom_fields.shift is a list, one value is asked"),
        BadCase("object", "keeper: so-c", "there is no tenant \"so-c\": did you mean"),
        BadCase("objects", "keepers: [so-a, so-x]", "there is no tenant \"so-x\""),
        BadCase("mapping", "notes: {a: b}", "custom_fields.notes is a mapping, text is asked"),
    ]

    @Test(arguments: values) func isRefused(_ one: BadCase) throws {
        do {
            _ = try Fixture.load(Self.definitions, "sites: [{name: X, custom_fields: {\(one.text)}}]")
            Issue.record("it was taken")
        } catch let errors as InputErrors {
            let lines = errors.diagnostics.map(\.description)
            #expect(lines.count == 1, "\(errors)")
            #expect(lines[0].contains(one.says[0]), "\(lines[0])")
            // The value is pointed at, not the record.
            #expect(lines[0].hasPrefix("inv/1.yaml:1:\(one.text.split(separator: ":")[0].count + 37)"), "\(lines[0])")
        }
    }

    @Test("values become canonical and defaults are filled in") func canonical() throws {
        let loaded = try Fixture.load(
            Self.definitions,
            """
            sites:
              - name: X
                custom_fields: {seen: "2026-11-21T08:00:00+07:00", shifts: [night, day, day], keeper: Sở A,
                  keepers: [tenant/so-b, {slug: so-a}], raw: {a: [1, {b: c}]}, ratio: 1.5, notes: "a\\nb", page: "https://x.vn/"}
              - {name: Y}
            """)
        #expect(loaded.warnings.isEmpty)
        let snapshot = Fixture.snapshot(loaded)
        let fields = try #require(snapshot[ObjectID(.site, "x")]?.fields["custom_fields"])
        #expect(fields["seen"] == "2026-11-21T01:00:00Z")
        #expect(fields["shifts"] == ["day", "night"])
        #expect(fields["keeper"] == "so-a")
        #expect(fields["keepers"] == ["so-a", "so-b"])
        #expect(fields["raw"] == ["a": [1, ["b": "c"]]])
        #expect(fields["seats"] == 2)
        #expect(snapshot[ObjectID(.site, "y")]?.fields["custom_fields"] == ["seats": 2])
        #expect(snapshot.referrers(of: ObjectID(.tenant, "so-b")).map(\.field) == ["custom_fields.keepers"])
    }

    @Test func requiredUniqueAndUnknown() throws {
        func lines(_ texts: String...) throws -> [String] {
            do {
                return try Fixture.load(Self.definitions, Fixture.base, texts[0]).warnings.map(\.description)
            } catch let errors as InputErrors {
                return errors.diagnostics.map(\.description)
            }
        }
        #expect(
            try lines("vlans: [{name: V, vid: 3}]") == [
                "inv/2.yaml:1:9: vlan/v: custom_fields.ticket is missing: add ticket: below custom_fields:"
            ])
        let machine = "role: server, device_type: r650, site: ttdl"
        let twice = try lines(
            """
            devices:
              - {name: a, \(machine), custom_fields: {rack_code: A-1}}
              - {name: b, \(machine), custom_fields: {rack_code: A-1}}
            """)
        #expect(twice.count == 1)
        #expect(twice[0].contains("device/b: custom_fields.rack_code \"A-1\" is also of device/a (inv/2.yaml:2:5)"))
        let unknown = try lines("sites: [{name: X, custom_fields: {seat: 3}}]")
        #expect(unknown.count == 1)
        #expect(unknown[0].contains("warning: there is no custom field \"seat\" for a site: did you mean \"seats\"?"))
        #expect(try lines("zones: [{name: Z, zone_type: dmz, custom_fields: {any: 3}}]").isEmpty)
    }

    @Test("what a custom field names cannot be deleted") func deletion() throws {
        let files = [
            InventoryFile(path: "a/x.yaml", text: "tenants: [{name: T}, {name: U}]", origin: "a"),
            InventoryFile(
                path: "b/y.yaml",
                text: """
                    custom_fields: [{name: keeper, type: object, object_types: [site], related_object_type: tenant}]
                    sites: [{name: X, custom_fields: {keeper: t}}]
                    """, origin: "b"),
        ]
        let loaded = try InventoryLoader.load(files, onto: Snapshot([]))
        let origins = Dictionary(loaded.objects.map { ($0.object.id, $0.origin) }, uniquingKeysWith: { $1 })
        let left = [InventoryFile(path: "a/x.yaml", text: "tenants: [{name: U}]", origin: "a")]
        do {
            _ = try InventoryLoader.load(left, onto: Fixture.snapshot(loaded), origins: origins, prune: true)
            Issue.record("it was deleted")
        } catch let errors as InputErrors {
            #expect(
                errors.diagnostics.map(\.description) == [
                    "inventory: tenant/t: it cannot be deleted, site/x refers to it by custom_fields.keeper: "
                        + "change that object first, or keep this one in the files"
                ])
        }
    }

    static let badDefinitions: [BadCase] = [
        BadCase("kind", "type: text, object_types: [devcie]", "there is no kind \"devcie\": did you mean \"device\"?"),
        BadCase("no choices", "type: select, object_types: [site]", "type select without choices"),
        BadCase("no related kind", "type: object, object_types: [site]", "type object without related_object_type"),
        BadCase(
            "related kind", "type: object, object_types: [site], related_object_type: tennant",
            "did you mean \"tenant\"?"),
        BadCase(
            "limits", "type: integer, object_types: [site], validation_minimum: 3, validation_maximum: 2",
            "swap the two"),
        BadCase(
            "regex", "type: text, object_types: [site], validation_regex: \"(a\"", "column 3: a ( that is not closed"),
        BadCase("default", "type: integer, object_types: [site], default: x", "the default is \"x\""),
    ]

    @Test(arguments: badDefinitions) func definitionIsRefused(_ one: BadCase) throws {
        do {
            _ = try Fixture.load("custom_fields: [{name: f, \(one.text)}]")
            Issue.record("it was taken")
        } catch let errors as InputErrors {
            let lines = errors.diagnostics.map(\.description)
            #expect(lines.count == 1 && lines[0].contains(one.says[0]), "\(errors)")
        }
    }

    @Test("what a type has no use for is a warning") func idle() throws {
        let warned = try Fixture.load(
            "custom_fields: [{name: f, type: text, object_types: [site], choices: [a], validation_minimum: 3}]"
        ).warnings.map(\.description)
        #expect(warned.count == 2)
        #expect(warned.allSatisfy { $0.contains("means nothing for type text") })
    }

    @Test func oneNameOneDefinitionPerKind() throws {
        let text = """
            custom_fields:
              - {slug: a, name: f, type: text, object_types: [site, rack]}
              - {slug: b, name: f, type: text, object_types: [rack]}
            """
        #expect(throws: InputErrors.self) { try Fixture.load(text) }
    }
}
