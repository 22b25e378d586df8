import CMDB
import Notation
import TestSupport
import Testing

/// The rules about cabling, plant, lifecycle and governance: one broken thing each.
@Suite(.tags(.small))
struct NewRuleTests {
    static let parts = """
        device_types: [{slug: pdu, manufacturer: dell, model: PDU}, {slug: chassis, manufacturer: dell, model: C, subdevice_role: parent},
          {slug: blade, manufacturer: dell, model: B, subdevice_role: child}]
        power_panels: [{name: P1, site: ttdl}]
        power_feeds: [{name: F1, site: ttdl, power_panel: p1}]
        devices:
          - name: s1
            role: server
            device_type: r650
            site: ttdl
            interfaces: [{name: e0, type: 1000base-t}, {name: e1, type: 1000base-t}, {name: v0, type: virtual}]
            power_ports: [{name: psu1}]
            console_ports: [{name: con}]
          - name: s2
            role: server
            device_type: r650
            site: ttdl
            interfaces: [{name: e0, type: 1000base-t}]
            power_outlets: [{name: o1}]
            rear_ports: [{name: r1, positions: 2}]

        """

    static let cases: [BadCase] = [
        BadCase(
            "dates", "contracts: [{name: C, contract_type: support, starts: 2026-05-02, expires: 2026-05-01}]",
            "inv/2.yaml:1:76: contract/c: expires 2026-05-01 is before starts 2026-05-02"),
        BadCase(
            "certificate", "certificates: [{name: C, not_before: 2026-05-02, not_after: 2026-05-01}]",
            "not_after 2026-05-01 is before not_before 2026-05-02"),
        BadCase("licence key", "licences: [{name: L, licence_key: ABC-123}]", "write licence_key: secret://NAME"),
        BadCase(
            "credential", "credentials: [{name: L, type: password, secret: hunter2}]", "write secret: secret://NAME"),
        BadCase(
            "secret list in custom fields", "sites: [{name: X, custom_fields: {api_tokens: [abc]}}]",
            "is not a reference to a secret"),
        BadCase(
            "range backwards", "ip_ranges: [{start_address: 10.20.110.9/24, end_address: 10.20.110.5/24}]",
            "end_address 10.20.110.5/24 is before start_address 10.20.110.9/24: swap the two"),
        BadCase(
            "range masks", "ip_ranges: [{start_address: 10.20.110.1/24, end_address: 10.20.110.5/25}]",
            "the masks /24 and /25 differ"),
        BadCase(
            "range families", "ip_ranges: [{start_address: 10.20.110.1/24, end_address: \"2001:db8:110::5/64\"}]",
            "two families"),
        BadCase(
            "range outside", "ip_ranges: [{start_address: 172.16.0.1/24, end_address: 172.16.0.5/24}]",
            "it lies in no prefix or segment of the global VRF"),
        BadCase(
            "range across networks", "ip_ranges: [{start_address: 10.20.110.1/24, end_address: 10.20.111.5/24}]",
            "lie in two networks"),
        BadCase(
            "ranges overlap",
            """
            ip_ranges:
              - {start_address: 10.20.110.10/24, end_address: 10.20.110.50/24}
              - {start_address: 10.20.110.20/24, end_address: 10.20.110.30/24}
              - {start_address: 10.20.110.40/24, end_address: 10.20.110.60/24}
            """, "inv/2.yaml:3:21:", "inv/2.yaml:4:21:"),
        BadCase(
            "cable power into data",
            "cables: [{a_terminations: [power-port/s1:psu1], b_terminations: [interface/s2:e0]}]",
            "a power-port does not fit into a interface: a power-port goes into a power-outlet, power-feed"),
        BadCase(
            "console into data", "cables: [{a_terminations: [console-port/s1:con], b_terminations: [interface/s2:e0]}]",
            "does not fit"),
        BadCase(
            "cable to itself", "cables: [{a_terminations: [interface/s1:e0], b_terminations: [interface/s1:e0]}]",
            "both ends are interface/s1:e0"),
        BadCase(
            "two cables in one end",
            """
            cables:
              - {slug: c1, a_terminations: [interface/s1:e0], b_terminations: [interface/s2:e0]}
              - {slug: c2, a_terminations: [interface/s1:e1], b_terminations: [interface/s2:e0]}
            """, "inv/2.yaml:3:68: cable/c2: interface/s2:e0 is plugged in already, by cable/c1 (inv/2.yaml:2:5)"),
        BadCase(
            "no such end", "cables: [{slug: c, a_terminations: [interface/s1:e9], b_terminations: [interface/s2:e0]}]",
            "there is no interface \"interface/s1:e9\""),
        BadCase(
            "virtual interface", "cables: [{a_terminations: [interface/s1:v0], b_terminations: [interface/s2:e0]}]",
            "is of type virtual, which takes no cable"),
        BadCase(
            "mixed side",
            "cables: [{slug: c, a_terminations: [interface/s1:e0, rear-port/s2:r1], b_terminations: [interface/s2:e0]}]",
            "a_terminations holds several kinds: interface, rear-port"),
        BadCase(
            "outlet of nothing", "power_outlets: [{device: s1, name: o, power_port: psu9}]",
            "its machine has no power-port \"psu9\": did you mean \"psu1\"?"),
        BadCase(
            "rear port elsewhere", "front_ports: [{device: s1, name: f, rear_port: r1}]",
            "its machine has no rear-port \"r1\""),
        BadCase(
            "position", "front_ports: [{device: s2, name: f, rear_port: r1, rear_port_position: 3}]",
            "position 3 of r1, which has 2"),
        BadCase(
            "position twice",
            "front_ports: [{device: s2, name: f, rear_port: r1}, {device: s2, name: g, rear_port: r1}]",
            "position 1 of r1 is taken by front-port/s2:f"),
        BadCase("lag", "interfaces: [{device: device/s1, name: e5, lag: bond0}]", "has no interface \"bond0\""),
        BadCase("lag to itself", "interfaces: [{device: device/s1, name: e5, lag: e5}]", "lag is itself"),
        BadCase(
            "parents in a circle",
            "interfaces: [{device: device/s1, name: a, parent: b}, {device: device/s1, name: b, parent: a}]",
            "parent leads back to itself: s1:a -> s1:b -> s1:a"),
        BadCase(
            "bay with no child", "device_bays: [{device: s1, name: b1, installed_device: s2}]",
            "device type r650 of s2 is no child"),
        BadCase(
            "bay type",
            """
            devices: [{name: b1, role: server, device_type: blade, site: ttdl},
              {name: b2, role: server, device_type: blade, site: ttdl}]
            device_bays: [{device: b1, name: x, installed_device: b2}]
            """, "device type blade of b1 has no bays"),
        BadCase(
            "in two bays",
            """
            devices: [{name: b1, role: server, device_type: blade, site: ttdl},
              {name: c1, role: server, device_type: chassis, site: ttdl}]
            device_bays: [{device: c1, name: x, installed_device: b1}, {device: c1, name: y, installed_device: b1}]
            """, "device b1 is in device-bay/c1:x already"),
        BadCase(
            "vid outside group",
            "vlan_groups: [{name: G, min_vid: 10, max_vid: 20}]\nvlans: [{name: V, vid: 30, group: g}]",
            "vid 30 of vlan/v lies outside 10-20 of group g"),
        BadCase(
            "vid twice in group",
            "vlan_groups: [{name: G}]\nvlans: [{name: V, vid: 30, group: g, site: ttdl}, {name: W, vid: 30, group: g, site: dr}]",
            "vid 30 is taken in group g by vlan/v"),
        BadCase("group backwards", "vlan_groups: [{name: G, min_vid: 30, max_vid: 20}]", "max_vid 20 is less than"),
        BadCase(
            "region circle", "regions: [{slug: a, name: A, parent: b}, {slug: b, name: B, parent: a}]",
            "parent leads back to itself"),
        BadCase(
            "software circle", "software: [{slug: a, name: A, successor: b}, {slug: b, name: B, successor: a}]",
            "successor leads back to itself"),
        BadCase(
            "k of n", "redundancy_groups: [{name: G, mode: k-of-n, required: 3, members: [device/s1, device/s2]}]",
            "3 of 2 members must live"),
        BadCase(
            "k missing", "redundancy_groups: [{name: G, mode: k-of-n, members: [device/s1]}]", "k-of-n without required"
        ),
        BadCase(
            "flow without transport",
            "flows: [{source_zone: dmz, destination_zone: db, protocol: icmp, ports: [80]}]", "ports with protocol icmp"
        ),
        BadCase(
            "flows contradict",
            """
            flows:
              - {source_zone: dmz, destination_zone: db, protocol: tcp, ports: [5432]}
              - {source_zone: dmz, destination_zone: db, protocol: tcp, ports: [5432], action: deny}
            """, "says the opposite"),
        BadCase(
            "tag elsewhere", "tags: [{slug: web, name: Web, object_types: [device]}]\nsites: [{name: X, tags: [web]}]",
            "tag web is not for a site"),
        BadCase("tag kind", "tags: [{slug: web, name: Web, object_types: [devcie]}]", "did you mean \"device\"?"),
        BadCase(
            "context", "config_contexts: [{name: C, data: [1, 2]}]", "data is a list, a mapping is asked"),
    ]

    @Test(arguments: cases) func isSaid(_ one: BadCase) throws {
        do {
            _ = try Fixture.load(Fixture.base, Self.parts, one.text)
            Issue.record("it was taken")
        } catch let errors as InputErrors {
            let lines = errors.diagnostics.map(\.description)
            #expect(lines.count == one.says.count, "\(errors)")
            for (line, part) in zip(lines, one.says) { #expect(line.contains(part), "\(part) in \(line)") }
        }
    }

    @Test("what is right passes, and is not warned about") func right() throws {
        let loaded = try Fixture.load(
            Fixture.base, Self.parts,
            """
            cables:
              - {a_terminations: [interface/s1:e0], b_terminations: [interface/s2:e0], type: cat6a}
              - {a_terminations: [power-port/s1:psu1], b_terminations: [power-outlet/s2:o1], type: power}
              - {slug: patch, a_terminations: [interface/s1:e1], b_terminations: [rear-port/s2:r1]}
            front_ports: [{device: s2, name: f, rear_port: r1}, {device: s2, name: g, rear_port: r1, rear_port_position: 2}]
            interfaces: [{device: device/s1, name: bond0, type: lag}, {device: device/s1, name: e8, lag: bond0}]
            ip_ranges:
              - {start_address: 10.20.110.10/24, end_address: 10.20.110.50/24}
              - {start_address: 10.20.110.51/24, end_address: 10.20.110.60/24}
              - {start_address: 10.9.0.10/24, end_address: 10.9.0.50/24, vrf: lab}
            devices: [{name: b1, role: server, device_type: blade, site: ttdl},
              {name: c1, role: server, device_type: chassis, site: ttdl}]
            device_bays: [{device: c1, name: x, installed_device: b1}]
            vlan_groups: [{name: G, min_vid: 10, max_vid: 20}]
            vlans: [{name: V, vid: 11, group: g}, {name: W, vid: 12, group: g}]
            redundancy_groups: [{name: G, mode: k-of-n, required: 1, members: [device/s1, device/s2]}]
            flows: [{source_zone: dmz, destination_zone: db, protocol: tcp, ports: [5432]}]
            tags: [{slug: web, name: Web, object_types: [device]}]
            contracts: [{name: C, contract_type: support, starts: 2026-05-01, expires: 2026-05-01}]
            """)
        #expect(loaded.warnings.map(\.description) == [])
        let snapshot = Fixture.snapshot(loaded)
        let lint = InventoryLint.run(snapshot)
        #expect(lint.breaches.map(\.diagnostic.description) == [])
        #expect(lint.builtIn == snapshot.count)
    }

    @Test("a recorded cable and a new one cannot share an end") func recorded() throws {
        let cable = "cables: [{slug: c1, a_terminations: [interface/s1:e0], b_terminations: [interface/s2:e0]}]"
        let snapshot = Fixture.snapshot(try Fixture.load(Fixture.base, Self.parts, cable))
        #expect(throws: InputErrors.self) {
            try Fixture.load(
                "cables: [{slug: c2, a_terminations: [interface/s1:e1], b_terminations: [interface/s2:e0]}]",
                onto: snapshot)
        }
    }

    @Test("a saved selector that cannot be read is a warning") func group() throws {
        let warned = try Fixture.load("groups: [{name: G, selector: \"device siet=x\"}]").warnings
        #expect(warned.map(\.description).count { $0.contains("group/g: warning: selector column 8") } == 1)
    }

    @Test("a tag nobody defined is a warning once tags are defined") func unknownTag() throws {
        let text = "sites: [{name: X, tags: [prodd]}]"
        #expect(try Fixture.load(text).warnings.isEmpty)
        let warned = try Fixture.load(text, "tags: [{slug: prod, name: Prod}]").warnings
        #expect(
            warned.map(\.description) == [
                "inv/0.yaml:1:26: site/x: warning: tag \"prodd\" is not defined: did you mean \"prod\"?"
            ])
    }
}
