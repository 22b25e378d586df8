import CMDB
import TestSupport
import Testing

@Suite(.tags(.small))
struct SelectorCompletionTests {
    @Test(arguments: [
        ("dev", "device device-bay device-role device-type"), ("device,virt", "device,virtual-machine"),
        ("device ro", "role. role="), ("device role=sw", "role=switch"), ("device status=act", "status=active"),
        ("device site.regi", "site.region. site.region="), ("device site.region=ba", "site.region=bac"),
        ("device name__i", "name__ic= name__ie= name__iew= name__isw="), ("device @sw", "@switches"),
        ("device role=switch an", "and"), ("device (tag=we", "tag=web"),
        ("device system.security_lev", "system.security_level="),
        ("system security_level>=", "security_level>=3"), ("device nothing=x", ""),
        ("interface enabled=", "enabled=false enabled=true"),
        ("location name=F", ""), ("location name=\"F", "name=\"Floor"), ("vrf slug=l", "slug=lab"),
    ])
    func theLastWordIsCompleted(_ text: String, _ expected: String) throws {
        let snapshot = try #require(SelectorTests.snapshot)
        let found = SelectorCompletion.candidates(for: text, in: snapshot)
        #expect(found.joined(separator: " ").hasPrefix(expected))
        if expected.isEmpty { #expect(found.isEmpty) }
    }

    @Test func everyCompletedFieldIsOneTheLanguageKnows() throws {
        let snapshot = try #require(SelectorTests.snapshot)
        for kind in Kind.allCases {
            let fields = SelectorCompletion.candidates(for: "\(kind.rawValue) ", in: snapshot).filter {
                $0.hasSuffix("=")
            }
            #expect(fields.count > 5)
            for field in fields {
                do {
                    _ = try Selector("\(kind.rawValue) \(field.dropLast())__empty=true")
                } catch {
                    Issue.record("\(kind.rawValue) \(field): \(error)")
                }
            }
        }
    }

    @Test func withoutAnInventoryKindsFieldsAndChoicesAreKnown() {
        #expect(SelectorCompletion.candidates(for: "device status=pl", in: nil) == ["status=planned"])
        #expect(SelectorCompletion.candidates(for: "device tag=", in: nil).isEmpty)
        #expect(SelectorCompletion.candidates(for: "role=", default: [.device], in: nil).isEmpty)
        #expect(SelectorCompletion.candidates(for: "stat", default: [.device], in: nil) == ["status="])
    }
}
