import CMDB

/// A generated province: sites, racks, segments, devices with four interfaces, and pairs of an IPv4 and an IPv6 address
/// on the first interface of each.
struct GeneratedInventory {
    let files: [InventoryFile]
    let objects: Int
    let devices: Int
    let addresses: Int
    let segments: Int

    static let interfacesPerDevice = 4

    /// One file with the places and networks, and one for each 1,000 devices.
    init(devices: Int, pairs: Int = 1) {
        self.devices = devices
        addresses = devices * pairs * 2
        let segments = max(1_000, devices / 10)
        self.segments = segments
        var places = """
            manufacturers: [{name: Dell}]
            device_types: [{slug: r650, manufacturer: dell, model: R650, u_height: 1}]
            device_roles: [{name: Server}]
            platforms: [{name: Debian 12, slug: debian-12}]
            zones: [{slug: dmz, name: DMZ, zone_type: dmz}, {slug: db, name: CSDL, zone_type: db}]
            prefixes: [{prefix: 10.0.0.0/8, status: container}]
            sites:

            """
        let sites = 10
        let racks = (devices + 39) / 40
        for i in 0..<sites { places += "  - {slug: site-\(i), name: Địa điểm \(i)}\n" }
        places += "racks:\n"
        for i in 0..<racks { places += "  - {slug: rack-\(i), name: Tủ \(i), site: site-\(i % sites)}\n" }
        places += "segments:\n"
        for i in 0..<segments {
            places +=
                "  - {slug: seg-\(i), name: Mạng \(i), site: site-\(i % sites), zone: \(i % 2 == 0 ? "dmz" : "db"), "
            places +=
                "ipv4_prefix: 10.\(i / 250).\(i % 250).0/24, ipv6_prefix: \"2001:db8:\(String(i, radix: 16))::/64\"}\n"
        }
        var files = [InventoryFile(path: "generated/places.yaml", text: places)]
        for first in stride(from: 0, to: devices, by: 1_000) {
            var text = "devices:\n"
            for i in first..<min(first + 1_000, devices) { Self.device(i, sites, segments, pairs, to: &text) }
            files.append(InventoryFile(path: "generated/devices-\(first / 1_000).yaml", text: text))
        }
        self.files = files
        objects = 6 + 1 + sites + racks + segments + devices * (1 + Self.interfacesPerDevice + 2 * pairs)
    }

    private static func device(_ i: Int, _ sites: Int, _ segments: Int, _ pairs: Int, to text: inout String) {
        let rack = i / 40
        let segment = i % segments
        text += """
              - name: srv-\(i)
                role: server
                device_type: r650
                platform: debian-12
                status: active
                site: site-\(rack % sites)
                rack: rack-\(rack)
                position: \(i % 40 + 1)
                face: front
                serial: SN\(100_000 + i)
                tags: [prod, generated]
                interfaces:
                  - name: eno1
                    type: 10gbase-x-sfpp
                    segment: seg-\(segment)
                    ip_addresses:

            """
        for pair in 0..<pairs {
            let host = i / segments * pairs + pair + 2
            let mark = pair == 0 ? ", primary: true" : ""
            let name = pair == 0 ? "srv-\(i)" : "srv-\(i)-\(pair)"
            text += """
                          - {address: 10.\(segment / 250).\(segment % 250).\(host)/24\(mark), dns_name: \(name).langson.gov.vn}
                          - {address: "2001:db8:\(String(segment, radix: 16))::\(String(host, radix: 16))/64"\(mark)}

                """
        }
        text += """
                  - {name: eno2, type: 10gbase-x-sfpp}
                  - {name: eno3, type: 10gbase-x-sfpp}
                  - {name: idrac, type: 1000base-t, mgmt_only: true}

            """
    }
}
