import CMDB
import Exchange
import Notation
import TestSupport
import Testing

@Suite("NetBox comes in", .tags(.small))
struct ImportNetBoxTests {
    static let base = """
        regions: [{name: Bắc}]
        tenants: [{slug: so-tttt, name: Sở TTTT}]
        sites: [{slug: ttdl, name: Trung tâm dữ liệu}, {slug: dr, name: DR}]
        locations: [{slug: mda, name: MDA, site: ttdl}, {slug: dr-mda, name: MDA, site: dr}]
        racks: [{slug: a-03, name: A03, site: ttdl, location: mda}, {slug: dr-a-03, name: A03, site: dr}]
        manufacturers: [{name: Dell}]
        device_types: [{slug: r650, manufacturer: dell, model: PowerEdge R650, u_height: 1}]
        device_roles: [{slug: server, name: Server}]
        platforms: [{slug: debian-12, name: Debian 12}]
        vlan_groups: [{slug: core, name: Core}]
        vlans: [{slug: dmz, vid: 110, name: DMZ, site: ttdl}, {slug: dr-dmz, vid: 110, name: DMZ, site: dr}]
        vrfs: [{slug: lan, name: LAN, rd: "65000:1"}]
        prefixes: [{prefix: 10.20.110.0/24}, {prefix: 10.9.0.0/24, vrf: lan}]
        zones: [{slug: z-dmz, name: DMZ, zone_type: dmz}]
        devices:
          - {slug: srv-01, name: SRV 01, role: server, device_type: r650, site: ttdl, rack: a-03, position: 10,
             comments: kept, zone: z-dmz, custom_fields: {kept: 1, changed: 2},
             interfaces: [{name: eno1, type: 1000base-t}, {name: eno2}]}

        """
    static func world() throws -> Snapshot { try ExportWorld.load([base]) }

    private func load(_ name: String, _ text: String, _ options: ImportOptions = ImportOptions()) throws -> (
        snapshot: Snapshot, plan: InventoryPlan, warnings: [String], readings: [String]
    ) {
        try Importing.load([Importing.source(name, text)], options, onto: try Self.world())
    }

    @Test(
        "Devices in the words of NetBox 3 and 4: values, labels, old and dotted headings",
        arguments: [
            "name,role,manufacturer,device_type,status,site,location,rack,position,face\nSRV 02,server,Dell,PowerEdge R650,active,ttdl,MDA,A03,12,front\n",
            "name,device_role,device_type,status,site,rack,position,face\nSRV 02,Server,r650,Active,Trung tâm dữ liệu,A03,12.0,Front\n",
            "Name,Role,Device Type,Status,Site,Rack,Position,Face\nSRV 02,Server,PowerEdge R650,ACTIVE,ttdl,A03,12,FRONT\n",
            "name;role.slug;device_type.model;status;site.slug;rack.name;position;face\nSRV 02;server;PowerEdge R650;active;ttdl;A03;12,0;front\n",
            "Tên thiết bị;Vai trò;Loại thiết bị;Trạng thái;Địa điểm;Tủ rack;Vị trí U;Mặt\nSRV 02;server;r650;Đang hoạt động;ttdl;A03;12;Trước\n",
        ])
    func devices(_ text: String) throws {
        let made = try load("devices.csv", text)
        let device = try #require(made.snapshot[ObjectID(.device, "srv-02")])
        #expect(device["role"] == "server")
        #expect(device["device_type"] == "r650")
        #expect(device["site"] == "ttdl")
        #expect(device["rack"] == "a-03")
        #expect(device["status"] == "active")
        #expect(device["face"] == "front")
        #expect(device["position"] == 12)
        #expect(made.plan.creates == 1)
        #expect(made.plan.updates == 0)
        #expect(made.warnings.isEmpty, "\(made.warnings)")
        #expect(made.readings == ["devices.csv: netbox-csv, 1 device"])
    }

    @Test("An update changes only the columns that are there") func update() throws {
        let made = try load("devices.csv", "name,site,status,cf_changed,cf_new\nSRV 01,ttdl,Planned,3,x\n")
        let change = try #require(made.plan.changes.first)
        #expect(made.plan.changes.count == 1)
        #expect(change.id.description == "device/srv-01")
        #expect(change.differences.map(\.field) == ["custom_fields", "status"])
        let device = try #require(made.snapshot[change.id])
        #expect(device["custom_fields"] == ["kept": 1, "changed": 3, "new": "x"])
        #expect(device["comments"] == "kept")
        #expect(device["zone"] == "z-dmz")
    }

    @Test("An empty cell takes the value away, unless it is asked to stay; a required one stays") func blanks() throws {
        let text = "name,site,position,rack,comments,status\nSRV 01,ttdl,,,,\n"
        let cleared = try load("devices.csv", text).snapshot[ObjectID(.device, "srv-01")]
        #expect(cleared?["position"] == nil)
        #expect(cleared?["comments"] == nil)
        #expect(cleared?["status"] == "active")
        #expect(try load("devices.csv", text, ImportOptions(blanksClear: false)).plan.isEmpty)
    }

    @Test("The same row again changes nothing") func idempotent() throws {
        let text = "name,role,device_type,site,rack,position,face,tags\nSRV 02,server,r650,dr,A03,1,front,\"a b,c\"\n"
        let first = try load("devices.csv", text)
        #expect(first.snapshot[ObjectID(.device, "srv-02")]?["rack"] == "dr-a-03", "the rack of that name at that site")
        #expect(first.snapshot[ObjectID(.device, "srv-02")]?["tags"] == ["a-b", "c"])
        let again = try Importing.load([Importing.source("devices.csv", text)], onto: first.snapshot)
        #expect(again.plan.isEmpty)
    }

    @Test("One name at two sites makes two records, each found again") func namesakes() throws {
        let text = "site,name,u_height\nttdl,B01,42\ndr,B01,47\n"
        let made = try load("racks.csv", text)
        #expect(made.plan.creates == 2)
        #expect(made.snapshot[ObjectID(.rack, "b01")]?["site"] == "ttdl")
        #expect(made.snapshot[ObjectID(.rack, "dr-b01")]?["u_height"] == 47)
        let again = try Importing.load([Importing.source("racks.csv", text)], onto: made.snapshot)
        #expect(again.plan.isEmpty)
    }

    @Test("All errors at once, each at its cell") func errors() throws {
        let text =
            "name,role,device_type,site,statsu,position\nA,server,r650,ttdl,active,x\nB,nobody,r650,nowhere,active,1\n"
        let found = Importing.errors([Importing.source("devices.csv", text)], onto: try Self.world())
        #expect(found.count == 5, "the rules are asked too: \(found)")
        #expect(
            found.first?.hasPrefix("devices.csv:1:28: device has no column \"statsu\": did you mean \"status\"?")
                ?? false, "\(found)")
        let known = text.replacing("statsu", with: "status")
        let all = Importing.errors([Importing.source("devices.csv", known)], onto: try Self.world())
        #expect(all.count == 4, "\(all)")
        #expect(all.contains { $0.hasPrefix("devices.csv:2:27: device/a: position") }, "\(all)")
        #expect(all.contains { $0.hasPrefix("devices.csv:3:3: device/b: role: there is no device-role") }, "\(all)")
        #expect(all.contains { $0.hasPrefix("devices.csv:3:15: device/b: site: there is no site") }, "\(all)")
        let taken = try load(
            "devices.csv",
            text.replacing("x\nB,nobody,r650,nowhere", with: "1\nB,server,r650,ttdl").replacing(",1\n", with: ",\n"),
            ImportOptions(ignoresUnknown: true))
        #expect(taken.warnings.contains { $0.contains("statsu") })
    }

    @Test("Columns without a place are named, never dropped in silence") func homeless() throws {
        let made = try load("devices.csv", "id,name,site,config_template,created\n7,SRV 01,ttdl,base,2024-01-01\n")
        #expect(made.plan.isEmpty)
        let warning = try #require(made.warnings.first)
        #expect(made.warnings.count == 1)
        for name in ["id", "config_template", "created"] { #expect(warning.contains(name)) }
    }

    @Test("Interfaces, addresses and their machine's primary one") func addresses() throws {
        let made = try Importing.load(
            [
                Importing.source(
                    "interfaces.csv",
                    "device,name,type,enabled,mode,untagged_vlan,mac_address\nSRV 01,eno1,SFP+ (10GE),True,Access,110,00-1B-54-AA-0F-3C\nSRV 01,eno3,1000BASE-T (1GE),false,,,\n"
                ),
                Importing.source(
                    "ip-addresses.csv",
                    "address,vrf,status,device,interface,is_primary,dns_name\n10.20.110.11/24,,Active,SRV 01,eno1,true,srv.example\n10.9.0.5/24,65000:1,DHCP,SRV 01,eno3,false,\n"
                ),
            ], onto: try Self.world())
        let port = try #require(made.snapshot[ObjectID(.interface, "srv-01:eno1")])
        #expect(port["type"] == "10gbase-x-sfpp")
        #expect(port["untagged_vlan"] == "dmz", "the VLAN 110 of the device's site")
        #expect(port["mac_address"] == "00:1b:54:aa:0f:3c")
        #expect(made.snapshot[ObjectID(.interface, "srv-01:eno3")]?["enabled"] == false)
        #expect(made.snapshot[ObjectID(.ipAddress, "10.20.110.11/24")]?["assigned_object"] == "srv-01:eno1")
        #expect(made.snapshot[ObjectID(.ipAddress, "lan:10.9.0.5/24")]?["status"] == "dhcp")
        #expect(made.snapshot[ObjectID(.device, "srv-01")]?["primary_ip4"] == "10.20.110.11")
        // Another one becomes primary: machine and both addresses follow.
        let moved = try Importing.load(
            [Importing.source("ip.csv", "address,device,interface,is_primary\n10.20.110.12/24,SRV 01,eno2,true\n")],
            onto: made.snapshot)
        #expect(moved.snapshot[ObjectID(.device, "srv-01")]?["primary_ip4"] == "10.20.110.12")
        #expect(moved.snapshot[ObjectID(.ipAddress, "10.20.110.11/24")]?.flag("is_primary") == false)
    }

    @Test("Prefixes with the site as a scope, and before 4.2 as a column") func prefixes() throws {
        let new =
            "prefix,vrf,vlan_site,vlan,status,scope_type,scope_name,is_pool\n10.30.0.0/24,LAN,dr,110,Active,dcim.site,ttdl,false\n"
        let old = "prefix,vrf,vlan,status,site,is_pool\n10.30.0.0/24,LAN,110,active,ttdl,False\n"
        let made = try load("prefixes.csv", new).snapshot[ObjectID(.prefix, "lan:10.30.0.0/24")]
        #expect(made?["site"] == "ttdl")
        #expect(made?["vlan"] == "dr-dmz")
        let before = try load("prefixes.csv", old).snapshot[ObjectID(.prefix, "lan:10.30.0.0/24")]
        #expect(before?["site"] == "ttdl")
        #expect(before?["vlan"] == "dmz")
        let other = try load("prefixes.csv", "prefix,scope_type,scope_name\n10.31.0.0/24,dcim.region,bac\n")
        #expect(other.warnings.contains { $0.contains("scope of dcim.region") })
        let id = Importing.errors(
            [Importing.source("prefixes.csv", "prefix,scope_type,scope_id\n10.31.0.0/24,dcim.site,4\n")],
            onto: try Self.world())
        #expect(id.first?.contains("number of one database") ?? false, "\(id)")
    }

    @Test("Cables by their ends, whichever side is a") func cables() throws {
        let text =
            "side_a_device,side_a_type,side_a_name,side_b_device,side_b_type,side_b_name,type,status,label,color\nSRV 01,dcim.interface,eno1,SRV 01,dcim.interface,eno2,CAT6a,Connected,C1,ff0000\n"
        let made = try load("cables.csv", text)
        let cable = try #require(made.snapshot.objects(.cable).first)
        #expect(cable["a_terminations"] == ["interface/srv-01:eno1"])
        #expect(cable["type"] == "cat6a")
        let turned =
            "side_a_device,side_a_type,side_a_name,side_b_device,side_b_type,side_b_name,status\nsrv-01,interface,eno2,srv-01,interface,eno1,Planned\n"
        let again = try Importing.load([Importing.source("cables.csv", turned)], onto: made.snapshot)
        #expect(again.plan.creates == 0)
        #expect(again.snapshot.objects(.cable).first?["status"] == "planned")
        #expect(again.snapshot.objects(.cable).first?["type"] == "cat6a")
    }

    @Test("VLANs are found by id within their site, and may be renamed") func vlans() throws {
        let made = try load("vlans.csv", "site,vid,name,status\nttdl,110,DMZ mới,Reserved\nttdl,120,DB,Active\n")
        #expect(made.snapshot[ObjectID(.vlan, "dmz")]?["name"] == "DMZ mới")
        #expect(made.plan.updates == 1)
        #expect(made.plan.creates == 1)
    }

    @Test("Services with ports, and with the port mappings of 4.7") func services() throws {
        let old = try load(
            "services.csv", "parent_object_type,parent,name,protocol,ports\ndcim.device,SRV 01,HTTPS,TCP,\"443,8443\"\n"
        )
        let service = try #require(old.snapshot.objects(.service).first)
        #expect(service["ports"] == [443, 8443])
        #expect(service["parent"] == "device/srv-01")
        let new = try load("services.csv", "device,name,port_mappings\nSRV 01,DNS,\"tcp/53,udp/53\"\n")
        #expect(new.snapshot.objects(.service).map { $0.text("protocol") } == ["tcp", "udp"])
    }

    @Test("A REST list: nested records, choices, numbers that are never keys") func rest() throws {
        let text = """
            {"count": 1, "next": null, "previous": null, "results": [{
              "id": 5, "url": "https://netbox.example/api/dcim/devices/5/", "display": "SRV 03", "name": "SRV 03",
              "device_type": {"id": 9, "url": "x", "manufacturer": {"id": 1, "name": "Dell", "slug": "dell"},
                "model": "PowerEdge R650", "slug": "dell-poweredge-r650"},
              "role": {"id": 2, "name": "Server", "slug": "server"}, "tenant": null,
              "platform": {"id": 3, "name": "Debian 12", "slug": "debian-12"}, "serial": "ABC",
              "site": {"id": 1, "name": "TTDL", "slug": "ttdl"}, "rack": {"id": 8, "name": "A03"},
              "position": 20.0, "face": {"value": "front", "label": "Front"},
              "status": {"value": "planned", "label": "Planned"}, "tags": [{"id": 1, "name": "Web", "slug": "web"}],
              "custom_fields": {"level": 3, "kind": {"value": "a", "label": "A"}, "none": null},
              "interface_count": 4, "created": "2024-01-01T00:00:00Z", "comments": "máy chủ"}]}
            """
        let made = try load("answer.json", text)
        let device = try #require(made.snapshot[ObjectID(.device, "srv-03")])
        #expect(device["device_type"] == "r650", "found by maker and model, whatever the slug there")
        #expect(device["rack"] == "a-03")
        #expect(device["status"] == "planned")
        #expect(device["tags"] == ["web"])
        #expect(device["custom_fields"] == ["level": 3, "kind": "a"])
        #expect(device["position"] == 20)
        #expect(made.readings == ["answer.json: netbox-json, 1 device"])
        #expect(try Importing.load([Importing.source("answer.json", text)], onto: made.snapshot).plan.isEmpty)
    }

    @Test("A REST list of addresses and cables") func restAssigned() throws {
        let text = """
            [{"url": "/api/ipam/ip-addresses/1/", "address": "10.20.110.20/24", "family": {"value": 4, "label": "IPv4"},
              "status": {"value": "active", "label": "Active"}, "assigned_object_type": "dcim.interface",
              "assigned_object_id": 4, "assigned_object": {"id": 4, "device": {"id": 1, "name": "SRV 01"}, "name": "eno1"}},
             {"url": "/api/dcim/cables/3/", "type": "cat6", "a_terminations": [{"object_type": "dcim.interface",
              "object_id": 4, "object": {"id": 4, "device": {"id": 1, "name": "SRV 01"}, "name": "eno1"}}],
              "b_terminations": [{"object_type": "dcim.interface", "object_id": 5, "object": {"device": {"name": "SRV 01"},
              "name": "eno2"}}], "status": {"value": "connected", "label": "Connected"}}]
            """
        let made = try load("x.json", text)
        #expect(made.snapshot[ObjectID(.ipAddress, "10.20.110.20/24")]?["assigned_object"] == "srv-01:eno1")
        #expect(made.snapshot.objects(.cable).first?["b_terminations"] == ["interface/srv-01:eno2"])
    }

    @Test("A broken JSON is refused with its place; a source without records too") func broken() throws {
        #expect(
            Importing.errors([Importing.source("x.json", "{\"results\": [\n  {,}]}")]).first?.hasPrefix(
                "x.json:2:4: not JSON") ?? false)
        #expect(
            Importing.errors([Importing.source("x.json", "{\"results\": []}")]).first?.contains("no record in it")
                ?? false)
        #expect(
            Importing.errors([Importing.source("devices.csv", "name,site\n")]).first?.contains("no record in it")
                ?? false)
        #expect(Importing.errors([Importing.source("x.bin", "")]).first?.contains("--from") ?? false)
        let vague = Importing.errors([Importing.source("x.csv", "name,slug,description\na,a,a\n")])
        #expect(vague.first?.contains("--kind") ?? false, "\(vague)")
    }

    @Test(
        "The kind is told from headings alone",
        arguments: [
            ("name,role,device_type,site,status", Kind.device), ("prefix,vrf,status,is_pool", .prefix),
            ("address,vrf,dns_name", .ipAddress), ("vid,name,group,status", .vlan),
            ("cid,provider,type,status", .circuit), ("name,vcpus,memory,disk,cluster", .virtualMachine),
            ("device,name,type,enabled,mtu", .interface), ("device,name,type,maximum_draw", .powerPort),
            ("manufacturer,model,slug,u_height", .deviceType), ("site,name,u_height,width", .rack),
            ("start_address,end_address,status", .ipRange), ("name,rd,enforce_unique", .vrf),
            ("side_a_device,side_a_type,side_a_name,side_b_device,side_b_type,side_b_name", .cable),
            ("name,title,phone,email", .contact), ("asn,rir", .asn),
        ])
    func kinds(_ header: String, _ kind: Kind) throws {
        let table = "\(header)\n" + header.split(separator: ",").map { _ in "1" }.joined(separator: ",") + "\n"
        let errors = Importing.errors([Importing.source("export.csv", table)])
        #expect(!errors.contains { $0.contains("--kind") }, "\(kind): \(errors)")
        #expect(
            errors.allSatisfy { !$0.contains("/") || $0.contains("\(kind.rawValue)/") || $0.contains("lies in") },
            "\(kind): \(errors)")
    }
}
