import CMDB
import Notation
import TestSupport
import Testing

/// The province's own rules against its records.
@Suite(.tags(.medium))
struct ShippedRulesTests {
    @Test("the rules load with the records, refuse nothing, and each looks at something")
    func together() throws {
        let files = try ["langson", "lab", "rules"].flatMap(ShippedInventoryTests.files)
        let loaded = try InventoryLoader.load(files, onto: Snapshot([]))
        #expect(loaded.warnings.allSatisfy { $0.problem.hasPrefix("rule ") })
        let snapshot = Snapshot(loaded.objects.map(\.object))
        let lint = InventoryLint.run(snapshot)
        #expect(lint.outcomes.count == snapshot.count(.validationRule))
        #expect(lint.outcomes.filter { $0.selected == 0 || $0.fault != nil }.map(\.rule) == [])
        #expect(lint.breaches.filter { $0.diagnostic.severity == .error }.map(\.diagnostic.description) == [])
        // The hired systems have no level in the documents: the province has to find it.
        #expect(lint.breaches.contains { $0.rule?.key == "he-thong-co-cap-do" })
        print("shipped rules: \(lint.outcomes.count) rules, \(lint.checks) checks, \(lint.breaches.count) breaches")
    }

    @Test("a new server that breaks a rule of severity error is refused") func refused() throws {
        let files = try ["langson", "rules"].flatMap(ShippedInventoryTests.files)
        let snapshot = Snapshot(try InventoryLoader.load(files, onto: Snapshot([])).objects.map(\.object))
        let text = "zones: [{slug: moi, name: Mới, zone_type: dmz, security_level: 3, default_policy: allow}]"
        do {
            _ = try InventoryLoader.load([InventoryFile(path: "new/z.yaml", text: text)], onto: snapshot)
            Issue.record("it was taken")
        } catch let errors as InputErrors {
            #expect(errors.diagnostics.count == 1)
            #expect(errors.description.hasPrefix("new/z.yaml:1:83: zone/moi: rule vung-chan-mac-dinh"), "\(errors)")
        }
    }
}
