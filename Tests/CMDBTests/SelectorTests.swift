import CMDB
import Notation
import TestSupport
import Testing

@Suite(.tags(.small))
struct SelectorTests {
    static let extra = """
        devices:
          - {name: sw-01, role: switch, device_type: cisco-catalyst-9300, site: dr, serial: FOC0123, tags: [prod],
             status: planned, in_service_at: 2025-03-01, monitoring: {snmp_version: v2c, ssh_port: 2222}}
          - {name: sw-02, role: switch, device_type: cisco-catalyst-9300, site: ttdl, zone: db, tags: [web],
             custom_fields: {security_level: 2, note: "cũ (hỏng)"}}
        virtual_machines: [{name: vm-01, role: server, memory: 4096}, {name: "May ao", memory: 8192}]
        systems: [{name: Cổng DVC, slug: dvc, components: [srv-dvc-01, vm-01], security_level: 3}]
        locations: [{name: Floor 1, site: ttdl}, {name: Hall, site: ttdl, parent: floor-1}, {name: Cage, site: ttdl, parent: hall}]
        groups: [{name: Switches, selector: "device role=switch"}, {name: Planned, selector: "@switches status=planned"},
          {name: Loop, selector: "@loop"}, {name: Broken, selector: "device siet=x"}]
        """
    static let snapshot: Snapshot? = {
        (try? Fixture.load(Fixture.base, Fixture.machine, extra)).map(Fixture.snapshot)
    }()

    @Test(arguments: [
        ("device", "srv-dvc-01 sw-01 sw-02"),
        ("devices", "srv-dvc-01 sw-01 sw-02"),
        ("device,virtual-machine role=server", "srv-dvc-01 vm-01"),
        ("device/sw-01", "sw-01"),
        ("device/sw-01 device/sw-02", "sw-01 sw-02"),
        ("device role=switch site=dr", "sw-01"),
        ("device name=sw-01 name=sw-02", "sw-01 sw-02"),
        ("device tag=web", "srv-dvc-01 sw-02"),
        ("device tag=web tag=prod", "srv-dvc-01"),
        ("device tag=web and tag=prod", "srv-dvc-01"),
        ("device tag=web or tag=prod", "srv-dvc-01 sw-01 sw-02"),
        ("device tag__n=web", "sw-01"),
        ("device site__n=dr", "srv-dvc-01 sw-02"),
        ("device name__ic=DVC", "srv-dvc-01"),
        ("device name__nic=dvc", "sw-01 sw-02"),
        ("device name__isw=SW", "sw-01 sw-02"),
        ("device name__nisw=sw", "srv-dvc-01"),
        ("device name__iew=01", "srv-dvc-01 sw-01"),
        ("device name__niew=01", "sw-02"),
        ("device serial__ie=foc0123", "sw-01"),
        ("device serial__nie=foc0123", "srv-dvc-01 sw-02"),
        ("device serial__empty=true", "srv-dvc-01 sw-02"),
        ("device serial__empty=false", "sw-01"),
        ("device name__regex=^sw-(01|03)$", "sw-01"),
        ("(device) or x=1", "!1"),
        ("device position__gte=21", "srv-dvc-01"),
        ("device position__gt=21", ""),
        ("device position__lt=22 position__gt=20", "srv-dvc-01"),
        ("device position=21.0", "srv-dvc-01"),
        ("device in_service_at__lt=2025-12-31", "sw-01"),
        ("device cf_security_level=3", "srv-dvc-01"),
        ("device cf_security_level__gte=2", "srv-dvc-01 sw-02"),
        ("device custom_fields.security_level__lte=2", "sw-02"),
        ("device cf_note=\"cũ (hỏng)\"", "sw-02"),
        ("device monitoring.snmp_version=v2c", "sw-01"),
        ("device monitoring.ssh_port__gt=2000", "sw-01"),
        ("device site.region=bac", "srv-dvc-01 sw-02"),
        ("device zone.zone_type=dmz", "srv-dvc-01"),
        ("device device_type.manufacturer.name=Cisco", "sw-01 sw-02"),
        ("device primary_ip4__within=10.20.0.0/16", "srv-dvc-01"),
        ("device primary_ip6=2001:DB8:110::11", "srv-dvc-01"),
        ("device status=active not role=switch", "srv-dvc-01"),
        ("device not (site=dr or role=server)", "sw-02"),
        ("device not not site=dr", "sw-01"),
        ("device (site=dr or zone=db) role=switch", "sw-01 sw-02"),
        ("device role=server or role=switch and site=dr", "srv-dvc-01 sw-01"),
        ("device site=\"Trung tam du lieu\"", ""),
        ("device role=Switch", "sw-01 sw-02"),
        ("prefix prefix__within=10.0.0.0/8", "10.20.0.0/16 lab:10.9.0.0/24"),
        ("prefix prefix__within=10.20.0.0/16", ""),
        ("prefix prefix__within_include=10.20.0.0/16", "10.20.0.0/16"),
        ("prefix prefix__contains=10.20.110.11", "10.20.0.0/16"),
        ("segment ipv6_prefix__contains=2001:db8:110::5", "dmz-110"),
        ("ip-address address=10.20.110.11", "10.20.110.11/24"),
        ("ip-address address=10.20.110.11/24", "10.20.110.11/24"),
        ("ip-address address__within=10.20.110.0/24", "10.20.110.11/24"),
        ("interface device=device/srv-dvc-01", "srv-dvc-01:eno1"),
        ("interface device=srv-dvc-01", "srv-dvc-01:eno1"),
        ("interface mac_address=001B.54AA.0F3C", "srv-dvc-01:eno1"),
        ("interface device.site.region=bac", "srv-dvc-01:eno1"),
        ("interface enabled=true", "srv-dvc-01:eno1"),
        ("system components=vm-01", "dvc"),
        ("system components.tag=web", "dvc"),
        ("system name=\"Cổng DVC\"", "dvc"),
        ("virtual-machine name='May ao'", "may-ao"),
        ("virtual-machine memory__gt=5000", "may-ao"),
        ("vrf name=Lab", "lab"),
        ("device position>=21", "srv-dvc-01"), ("device position<21", ""), ("device site!=dr", "srv-dvc-01 sw-02"),
        ("device position>20 position<=21", "srv-dvc-01"),
        ("device system.level>=3", "srv-dvc-01"), ("device system.security_level<3", ""),
        ("device,virtual-machine system=dvc", "srv-dvc-01 vm-01"), ("device interface.name=eno1", "srv-dvc-01"),
        ("site device.role=switch", "dr ttdl"), ("system level=3", "dvc"), ("device system__empty=true", "sw-01 sw-02"),
        ("location parent__within=floor-1", "cage"), ("location parent__within_include=floor-1", "cage hall"),
        ("location slug__within=floor-1", "cage hall"), ("location slug__within_include=hall", "cage hall"),
        ("@switches", "sw-01 sw-02"), ("device not @switches", "srv-dvc-01"), ("device @planned", "sw-01"),
        ("device (@planned or role=server)", "srv-dvc-01 sw-01"), ("virtual-machine @switches", ""),
        ("device name=\"@switches\"", ""),
    ])
    func selects(_ text: String, _ expected: String) throws {
        let snapshot = try #require(Self.snapshot)
        if expected.hasPrefix("!") {
            let error = #expect(throws: SelectorError.self) { try Selector(text) }
            #expect(error?.column == Int(expected.dropFirst()))
            return
        }
        let selector = try Selector(text)
        let chosen = try selector.select(snapshot)
        #expect(chosen.map(\.id.key).joined(separator: " ") == expected)
        // One by one it must say the same as all at once.
        #expect(snapshot.all.filter { selector.matches($0, in: snapshot) } == chosen)
    }

    @Test(arguments: [
        ("device @swiches", 8, "did you mean \"switches\"?"), ("device site=dr @loop", 16, "loop -> loop"),
        ("@broken", 1, "column 8: device has no field \"siet\""),
    ])
    func aSavedGroupThatCannotBeReadIsToldAtItsColumn(_ text: String, _ column: Int, _ part: String) throws {
        let snapshot = try #require(Self.snapshot)
        let selector = try Selector(text)
        let error = #expect(throws: SelectorError.self) { try selector.select(snapshot) }
        #expect(error?.column == column && error?.description.contains(part) == true, "\(String(describing: error))")
        let first = try #require(snapshot.objects(.device).first)
        #expect(!selector.matches(first, in: snapshot))
    }

    @Test(arguments: [
        ("role=server", "srv-dvc-01 vm-01"), ("srv-dvc-01", "srv-dvc-01"), ("sw-01 sw-02", "sw-01 sw-02"),
        ("device/sw-01", "sw-01"), ("device", "srv-dvc-01 sw-01 sw-02"), ("not role=switch", "srv-dvc-01 may-ao vm-01"),
        ("(site=dr)", "sw-01"),
    ])
    func theKindMayBeLeftOutWhereThereIsADefault(_ text: String, _ expected: String) throws {
        let snapshot = try #require(Self.snapshot)
        let chosen = try Selector(text, default: [.device, .virtualMachine]).select(snapshot)
        #expect(chosen.map(\.id.key).joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("", 1, "empty"), ("devcie", 1, "did you mean \"device\"?"), ("device,virtual-machin", 8, "did you mean"),
        ("role=server", 1, "no kind is named"), ("device siet=dr", 8, "did you mean \"site\"?"),
        ("device site__xx=dr", 12, "unknown suffix"), ("device site.regoin=x", 13, "did you mean \"region\"?"),
        ("device status=actve", 15, "did you mean \"active\"?"), ("device position=high", 17, "not a number"),
        ("device serial.x=1", 15, "refers to nothing"),
        ("device monitoring.ssh_prt=22", 19, "did you mean \"ssh_port\"?"),
        ("device (site=dr", 8, "not closed"), ("device site=dr)", 15, "a ) without ("),
        ("device name=\"x", 13, "quote"), ("device position__lt>3", 20, "two comparisons"),
        ("device name>3", 8, "for numbers and dates"), ("device position>=high", 18, "not a number"),
        ("device @", 8, "names no group"), ("device zone.contact=x", 13, "has no field"),
        ("device and site=dr", 8, "a condition is missing"), ("device site=dr or", 18, "a condition is missing"),
        ("device not", 11, "a condition is missing"), ("device ()", 9, "a condition is missing"),
        ("device name__gt=3", 8, "for numbers and dates"), ("device name__within=10.0.0.0/8", 8, "for addresses"),
        ("device primary_ip4__within=10.0.0.0", 28, "is no prefix"), ("device name__regex=(", 20, "regular expression"),
        ("device serial__empty=maybe", 22, "true or false"), ("device =x", 8, "has no field"),
        ("device system/dvc", 8, "a system is not asked here"), ("device devcie/x", 8, "did you mean \"device\"?"),
        ("device in_service_at__lt=soon", 26, "not a date"),
        ("device name__like=x", 12, "unknown suffix \"__like\": use one of n, ic, nic, "),
        ("device name__in=x", 12, "unknown suffix \"__in\": use one of n, ic, nic, "),
        ("device name__regexp=x", 12, "unknown suffix \"__regexp\": did you mean \"regex\"? use one of n, ic, nic, "),
    ])
    func errorsPointAtTheColumn(_ text: String, _ column: Int, _ says: String) {
        let error = #expect(throws: SelectorError.self) { try Selector(text) }
        #expect(error?.column == column)
        #expect(error?.description.contains(says) == true)
    }

    @Test func deepNestingIsRefusedNotFollowed() {
        let text = "device " + String(repeating: "(", count: 10_000)
        #expect(throws: SelectorError.self) { try Selector(text) }
    }

    @Test(arguments: [
        ("device name=sw-o1", "there is no device \"sw-o1\": did you mean \"sw-01\"?"),
        ("device/srv-dcv-01", "there is no device \"srv-dcv-01\": did you mean \"srv-dvc-01\"?"),
        ("device site=ttld", "there is no site \"ttld\": did you mean \"ttdl\"?"),
        ("device tag=prdo", "no object has the tag \"prdo\": did you mean \"prod\"?"),
        ("circuit slug=x", "there is no circuit at all"),
        ("device site=dr role=server", ""),
    ])
    func misspeltNamesAreToldWithTheNearest(_ text: String, _ says: String) throws {
        let snapshot = try #require(Self.snapshot)
        let selector = try Selector(text)
        #expect(try selector.select(snapshot).isEmpty)
        #expect(selector.misspelt(in: snapshot).joined(separator: "; ") == says)
    }
}
