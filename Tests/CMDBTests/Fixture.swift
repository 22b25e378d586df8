import CMDB
import Notation

/// A small inventory that is right, for tests that break one thing in it.
enum Fixture {
    static let base = """
        manufacturers: [{name: Dell}, {name: Cisco}]
        device_types:
          - {slug: r650, manufacturer: dell, model: R650, u_height: 2}
          - {manufacturer: Cisco, model: Catalyst 9300, u_height: 1}
          - {slug: shelf, manufacturer: dell, model: Shelf, is_full_depth: false}
        device_roles: [{name: Server}, {slug: switch, name: Switch}]
        regions: [{slug: bac, name: Bắc}, {slug: nam, name: Nam}, {slug: dong-bac, name: Đông Bắc}, {slug: tay-bac, name: Tây Bắc}]
        sites: [{slug: ttdl, name: "Trung tâm dữ liệu", region: bac}, {slug: dr, name: DR, region: nam}]
        locations: [{slug: mda, name: MDA, site: ttdl}, {slug: dr-room, name: Room, site: dr}]
        racks: [{slug: a-03, name: A 03, site: ttdl, location: mda}, {slug: d-01, name: D 01, site: dr}]
        zones: [{slug: dmz, name: DMZ, zone_type: dmz}, {slug: db, name: CSDL, zone_type: db}]
        vrfs: [{slug: lab, name: Lab}]
        segments:
          - {slug: dmz-110, name: DMZ 110, site: ttdl, zone: dmz, ipv4_prefix: 10.20.110.0/24,
             ipv6_prefix: "2001:db8:110::/64", gateway4: 10.20.110.1, gateway6: "fe80::1"}
          - {slug: db-120, name: DB 120, site: ttdl, zone: db, ipv4_prefix: 10.20.120.0/24}
        prefixes: [{prefix: 10.20.0.0/16, status: container}, {prefix: 10.9.0.0/24, vrf: lab}]

        """

    static let machine = """
        devices:
          - name: srv-dvc-01
            role: server
            device_type: r650
            site: ttdl
            rack: a-03
            position: 21
            zone: dmz
            tags: [web, prod]
            custom_fields: {security_level: 3}
            interfaces:
              - name: eno1
                segment: dmz-110
                mac_address: 00-1B-54-AA-0F-3C
                ip_addresses:
                  - {address: 10.20.110.11/24, primary: true, dns_name: dvc.langson.gov.vn}
                  - {address: "2001:DB8:110:0::11/64", primary: true}
            services: [{name: Cổng dịch vụ công, ports: [443, 80, 443]}]

        """

    static func files(_ texts: String...) -> [InventoryFile] {
        texts.enumerated().map { InventoryFile(path: "inv/\(["a", "b", "c", "d"][$0]).yaml", text: $1) }
    }

    static func load(
        _ texts: String..., onto snapshot: Snapshot = Snapshot([]), origins: [ObjectID: String] = [:],
        prune: Bool = false
    ) throws -> LoadedInventory {
        let files = texts.enumerated().map { InventoryFile(path: "inv/\($0).yaml", text: $1) }
        return try InventoryLoader.load(files, onto: snapshot, origins: origins, prune: prune)
    }

    static func snapshot(_ inventory: LoadedInventory) -> Snapshot { Snapshot(inventory.objects.map(\.object)) }

    static func errors(_ text: String) -> [String] {
        do {
            _ = try load(base, text)
            return []
        } catch let errors as InputErrors {
            return errors.diagnostics.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }
}
