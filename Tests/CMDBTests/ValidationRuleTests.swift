import CMDB
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct ValidationRuleTests {
    static func rule(_ text: String) -> String { "validation_rules: [{slug: r, \(text)}]" }

    static func lines(_ texts: String...) -> [String] {
        do {
            let files = texts.enumerated().map { InventoryFile(path: "inv/\($0).yaml", text: $1) }
            return try InventoryLoader.load(files, onto: Snapshot([])).warnings.map(\.description)
        } catch let errors as InputErrors {
            return errors.diagnostics.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    static let sites =
        "sites: [{name: Alpha, facility: A1, latitude: 21.5, tags: [x, y]}, {name: Beta, status: planned}]"

    /// A rule over two sites and what it says of them; none when they keep it.
    static let checks: [BadCase] = [
        BadCase(
            "no number", "select: site name=X, field: status, min: 3",
            "validation-rule/r: warning: status is no number"),
        BadCase("min", "select: site, field: latitude, min: 22", "latitude is 21.5, at least 22"),
        BadCase("min holds", "select: site, field: latitude, min: 21"),
        BadCase("max", "select: site, field: latitude, max: 21", "at most 21"),
        BadCase(
            "min length", "select: site, field: facility, min_length: 3", "facility has 2 character(s), at least 3"),
        BadCase("max length", "select: site, field: name, max_length: 4", "name has 5 characters, at most 4"),
        BadCase("elements", "select: site, field: tags, max_length: 1", "tags has 2 elements, at most 1"),
        BadCase("no elements", "select: site, field: tags, min_length: 1", "tags has 0 element(s), at least 1"),
        BadCase("regex", "select: site, field: name, regex: \"A.*\"", "name \"Beta\" does not fit A.*"),
        BadCase("required", "select: site, field: facility, required: true", "site/beta: rule r: facility is missing"),
        BadCase("prohibited", "select: site, field: facility, prohibited: true", "must not be there, it is \"A1\""),
        BadCase("equal", "select: site, field: status, equal: active", "status is \"planned\", not \"active\""),
        BadCase("equal list", "select: site, field: tags, equal: [y, x]"),
        BadCase("one of", "select: site, field: facility, one_of: [B1, B2]", "facility \"A1\" is none of B1, B2"),
        BadCase("unique holds", "select: site, field: facility, unique: true"),
        BadCase(
            "unique", "select: site, field: status, unique: true"),
        BadCase("selected only", "select: site status=planned, field: facility, one_of: [B1]"),
        BadCase("referrers", "select: site, field: rack, required: true", "rack is missing", "rack is missing"),
        BadCase(
            "message",
            "select: site, field: facility, required: true, message: Ghi tên toà nhà, remedy: Hỏi ban quản lý",
            "rule r: Ghi tên toà nhà (facility is missing): Hỏi ban quản lý"),
    ]

    @Test(arguments: checks) func holdsOrNot(_ one: BadCase) {
        let found = Self.lines(Self.sites, Self.rule(one.text))
        #expect(found.count == one.says.count, "\(found)")
        for (line, part) in zip(found, one.says) { #expect(line.contains(part), "\(part) in \(line)") }
    }

    static let badRules: [BadCase] = [
        BadCase("selector", "select: devcie, field: name, required: true", "selector column 1"),
        BadCase("selector field", "select: site regoin=x, field: name, required: true", "selector column 6"),
        BadCase(
            "field", "select: site, field: nmae, required: true", "site has no field \"nmae\": did you mean \"name\"?"),
        BadCase("field of one kind only", "select: 'device,site', field: serial, required: true", "site has no field"),
        BadCase("condition", "select: site, field: name__ic, required: true", "is a condition"),
        BadCase("asks nothing", "select: site, field: name", "the rule asks nothing"),
        BadCase("regex", "select: site, field: name, regex: \"a(\"", "column 3: a ( that is not closed"),
        BadCase("huge regex", "select: site, field: name, regex: \"((a{99}){99}){99}\"", "repeats too much"),
        BadCase("range", "select: site, field: latitude, min: 3, max: 2", "max is less than min"),
        BadCase("both", "select: site, field: name, required: true, prohibited: true", "prohibited with required"),
        BadCase("no such choice", "select: site, field: status, equal: actve", "did you mean \"active\"?"),
        BadCase("group", "select: \"device @web\", field: name, required: true", "there is no group @web"),
    ]

    @Test(arguments: badRules) func ruleIsRefused(_ one: BadCase) {
        let found = Self.lines(Self.sites, Self.rule(one.text))
        #expect(found.count == 1 && found[0].hasPrefix("inv/1.yaml:1:") && found[0].contains(one.says[0]), "\(found)")
    }

    @Test("the offending value is pointed at, all at once") func positions() {
        let found = Self.lines(
            """
            sites:
              - {name: Alpha, facility: A1}
              - {name: Beta, facility: A1}
              - {name: Gamma, custom_fields: {code: 7}}
            """, Self.rule("select: site, field: facility, unique: true") + "\n",
            "validation_rules: [{slug: q, select: site, field: cf_code, max: 5}]")
        #expect(found.count == 3)
        #expect(found[0].hasPrefix("inv/0.yaml:2:29: site/alpha: rule r: facility \"A1\" is also of site/beta"))
        #expect(found[1].hasPrefix("inv/0.yaml:3:28: site/beta"))
        #expect(found[2].hasPrefix("inv/0.yaml:4:41: site/gamma: rule q: cf_code is 7, at most 5"))
    }

    @Test("warnings do not refuse, and many are summed up") func warnings() {
        let sites = "sites: [" + (1...9).map { "{name: S\($0)}" }.joined(separator: ", ") + "]"
        let found = Self.lines(sites, Self.rule("select: site, field: facility, required: true, severity: warning"))
        #expect(found.count == 1)
        #expect(found[0].contains("and 8 more like it, of 9"))
        #expect(found[0].contains("hatang inventory lint --rule r"))
    }

    static let recordedRule = rule("select: 'rack site.status=active', field: serial, required: true")

    @Test("a recorded rule holds for what changes, and for what a change does to others") func recorded() throws {
        let before = Fixture.snapshot(
            try Fixture.load(
                Self.recordedRule, "sites: [{name: S, status: planned}, {name: T}]",
                "racks: [{name: A, site: s}, {name: B, site: t, serial: x}]"))
        func errors(_ text: String) -> [String] {
            do {
                _ = try Fixture.load(text, onto: before)
                return []
            } catch { return ((error as? InputErrors)?.diagnostics ?? []).map(\.description) }
        }
        #expect(errors("racks: [{name: C, site: t}]").count == 1)
        #expect(errors("racks: [{name: C, site: s}]").isEmpty)
        let awoken = errors("sites: [{name: S}]")
        #expect(awoken.count == 1)
        #expect(awoken[0].hasPrefix("inv/0.yaml:1:9: rack/a: rule r: serial is missing"), "\(awoken)")
        #expect(errors("sites: [{name: U}]").isEmpty)
    }

    @Test("what broke a rule before is left to the lint; a new rule is not taken over it") func stock() throws {
        let racks = "racks: [{name: A, site: t}, {name: B, site: t, serial: x}]"
        let broken = try Fixture.load("sites: [{name: T}]", racks)
        let rules = try Fixture.load(Self.recordedRule)
        let both = Snapshot(broken.objects.map(\.object) + rules.objects.map(\.object))
        _ = try Fixture.load("sites: [{name: T, facility: F}]", onto: both)
        do {
            _ = try Fixture.load(Self.recordedRule, onto: Fixture.snapshot(broken))
            Issue.record("the rule was taken")
        } catch let errors as InputErrors {
            #expect(errors.diagnostics.count == 1)
            #expect(errors.description.contains("1 recorded object(s) do not keep it: rack/a"))
        }
        let lint = InventoryLint.run(both)
        #expect(lint.outcomes.map(\.selected) == [2] && lint.outcomes.map(\.broken) == [1])
        #expect(lint.checks == 2)
        #expect(lint.breaches.map(\.object) == ["rack/a"])
        let selector = try Selector("rack name=B")
        let part = InventoryLint.run(both, selector: selector)
        #expect(part.breaches.isEmpty && part.outcomes.map(\.selected) == [1])
    }

    @Test("lint finds what the loader would refuse") func builtIn() throws {
        let loaded = try Fixture.load(Fixture.base)
        let objects =
            loaded.objects.map(\.object) + [
                Object(
                    id: ObjectID(.contract, "c"),
                    fields: ["name": "C", "starts": "2026-02-02", "expires": "2026-01-01"])
            ]
        let lint = InventoryLint.run(Snapshot(objects)) { SourcePosition(file: "f.yaml", line: $0.key == "c" ? 7 : 1) }
        #expect(
            lint.breaches.map(\.diagnostic.description) == [
                "f.yaml:7:1: contract/c: expires 2026-01-01 is before starts 2026-02-02: correct one of the two"
            ])
        #expect(lint.breaches.allSatisfy { $0.rule == nil })
    }
}
