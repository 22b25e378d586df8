import Addressing
import Notation

/// Interfaces as `ip -j -d addr` and `ifconfig -a` print them.
enum ShellInterfaces {
    /// nil when it is no JSON list.
    static func linux(_ text: String, speeds: [[String]]) -> [DiscoveredInterface]? {
        guard let rows = (try? JSONValue.parse(text))?.array else { return nil }
        var bySpeed: [String: UInt64] = [:]
        for words in speeds where words.count == 2 {
            if let megabits = UInt64(words[1]), megabits > 0, megabits < 10_000_000 {
                bySpeed[words[0]] = megabits * 1_000_000
            }
        }
        var masters: [Int: String] = [:]
        var links: [Int: String] = [:]
        var out: [DiscoveredInterface] = []
        for row in rows.prefix(10_000) {
            guard let index = row["ifindex"]?.int, (1...Int64(Int32.max)).contains(index),
                let name = row["ifname"]?.string.map({ OneLine.clean($0, limit: 64) }), !name.isEmpty
            else { continue }
            var port = DiscoveredInterface(index: Int(index), name: name)
            port.alias = row["ifalias"]?.string.map { OneLine.clean($0) }
            port.mtu = row["mtu"]?.int.flatMap { $0 > 0 && $0 <= 1 << 31 ? Int($0) : nil }
            let flags = row["flags"]?.array?.compactMap(\.string) ?? []
            port.adminUp = flags.contains("UP")
            let state = row["operstate"]?.string
            port.operUp = state == "UP" || (state == "UNKNOWN" && flags.contains("LOWER_UP"))
            port.mac = row["address"]?.string.flatMap { try? MACAddress($0) }.flatMap { $0.rawValue == 0 ? nil : $0 }
            port.speed = bySpeed[name]
            port.addresses = (row["addr_info"]?.array ?? []).compactMap(address)
            let kind = row["linkinfo"]?["info_kind"]?.string
            port.type = type(port, kind: kind, link: row["link_type"]?.string)
            if kind == "vlan", let vid = row["linkinfo"]?["info_data"]?["id"]?.int, (1...4_094).contains(vid) {
                port.untaggedVLAN = Int(vid)
            }
            if let master = row["master"]?.string { masters[port.index] = master }
            if let link = row["link"]?.string { links[port.index] = link }
            port.managementOnly = InterfaceType.isManagement(name)
            out.append(port)
        }
        let byName = Dictionary(out.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for at in out.indices {
            if let master = masters[out[at].index].flatMap({ byName[$0] }), master.type == "lag" {
                out[at].lagParent = master.index
            }
            out[at].parent = links[out[at].index].flatMap { byName[$0]?.index }
        }
        return out.sorted { $0.index < $1.index }
    }

    private static func address(_ row: JSONValue) -> InterfaceAddress? {
        guard let local = row["local"]?.string, let length = row["prefixlen"]?.int, let address = try? IPAddress(local),
            (0...128).contains(length)
        else { return nil }
        return try? InterfaceAddress(address: address.withoutZone, length: Int(length))
    }

    private static func type(_ port: DiscoveredInterface, kind: String?, link: String?) -> String {
        switch kind {
        case "bond", "team": return "lag"
        case "bridge": return "bridge"
        case .some: return "virtual"
        case nil: break
        }
        if link == "loopback" || link == "none" || link == "tunnel6" || link == "sit" || link == "ppp" {
            return "virtual"
        }
        var shown = port
        shown.ifType = 6
        return InterfaceType.slug(of: shown)
    }

    /// `em0: flags=8843<UP,…> metric 0 mtu 1500`, then indented `ether`, `inet`, `inet6`, `status:` lines.
    static func bsd(_ lines: [String]) -> [DiscoveredInterface] {
        var out: [DiscoveredInterface] = []
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            if first.hasSuffix(":"), words.count > 1, words[1].hasPrefix("flags=") {
                if out.count == 10_000 { break }
                var port = DiscoveredInterface(index: out.count + 1, name: String(first.dropLast()))
                port.adminUp = words[1].contains("<UP") || words[1].contains(",UP")
                port.operUp = words[1].contains("RUNNING")
                port.mtu = words.firstIndex(of: "mtu").flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
                var shown = port
                shown.ifType = 6
                port.type = InterfaceType.slug(of: shown)
                out.append(port)
            } else if !out.isEmpty {
                read(words, into: &out[out.count - 1])
            }
        }
        return out
    }

    private static func read(_ words: [String], into port: inout DiscoveredInterface) {
        guard words.count > 1 else { return }
        switch words[0] {
        case "ether", "lladdr": port.mac = (try? MACAddress(words[1])).flatMap { $0.rawValue == 0 ? nil : $0 }
        case "status:": port.operUp = words[1] == "active" || words[1] == "associated"
        case "inet", "inet6":
            guard let address = try? IPAddress(words[1]) else { return }
            var length: Int?
            if let at = words.firstIndex(of: "prefixlen"), at + 1 < words.count { length = Int(words[at + 1]) }
            if let at = words.firstIndex(of: "netmask"), at + 1 < words.count, words[at + 1].hasPrefix("0x") {
                length = UInt32(words[at + 1].dropFirst(2), radix: 16).flatMap { mask in
                    AddressReader.maskLength(withUnsafeBytes(of: mask.bigEndian) { Array($0) })
                }
            }
            if let length, let found = try? InterfaceAddress(address: address.withoutZone, length: length) {
                port.addresses.append(found)
            }
        default: return
        }
    }
}

/// Neighbours as lldpd's `json0` prints them.
enum ShellNeighbours {
    static func read(_ text: String, ports: [DiscoveredInterface]) -> [DiscoveredNeighbour] {
        guard let root = try? JSONValue.parse(text) else { return [] }
        let byName = Dictionary(ports.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
        let heard = list(root["lldp"]).flatMap { list($0["interface"]) }
        return heard.prefix(1_000).compactMap { row in
            guard let chassis = list(row["chassis"]).first, let port = list(row["port"]).first else { return nil }
            var out = DiscoveredNeighbour(
                source: row["via"]?.string == "CDPv2" || row["via"]?.string == "CDPv1" ? .cdp : .lldp)
            out.localInterface = row["name"]?.string.map { OneLine.clean($0) }
            out.localIndex = out.localInterface.flatMap { byName[$0] }
            out.chassisID = value(chassis["id"])
            out.systemName = value(chassis["name"])
            out.systemDescription = value(chassis["descr"])
            out.portID = value(port["id"])
            out.portDescription = value(port["descr"])
            out.managementAddresses = list(chassis["mgmt-ip"]).compactMap { value($0).flatMap { try? IPAddress($0) } }
            out.capabilities = list(chassis["capability"]).filter { $0["enabled"]?.bool ?? false }
                .compactMap { $0["type"]?.string.map { OneLine.clean($0.lowercased(), limit: 40) } }
            return out
        }
    }

    private static func list(_ value: JSONValue?) -> [JSONValue] {
        guard let value else { return [] }
        return value.array ?? [value]
    }

    /// `[{"value": "x"}]`, `{"value": "x"}` or `"x"`.
    private static func value(_ json: JSONValue?) -> String? {
        guard let first = list(json).first else { return nil }
        let text = OneLine.clean(first.string ?? first["value"]?.string ?? "")
        return text.isEmpty ? nil : text
    }
}

/// Discs, processors and sensors.
enum ShellStores {
    /// Lines of `df -PTk` or `df -Pk`; stores that live in memory or are images are left out.
    static func disks(_ lines: [String]) -> [DiscoveredStorage] {
        let passing: Set<String> = [
            "tmpfs", "devtmpfs", "overlay", "squashfs", "devfs", "procfs", "fdescfs", "udev", "none", "efivarfs",
            "ramfs", "proc",
            "sysfs", "cgroup", "shm",
        ]
        var seen: Set<String> = []
        return lines.dropFirst().prefix(1_000).compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            // The mount point is last, the percentage before it; a type makes one column more.
            guard words.count >= 6, let percent = words.lastIndex(where: { $0.hasSuffix("%") }), percent >= 4,
                percent + 1 < words.count, let size = UInt64(words[percent - 3]), let used = UInt64(words[percent - 2]),
                size > 0, size < 1 << 50
            else { return nil }
            let type = percent >= 5 ? words[1] : ""
            if passing.contains(type) || passing.contains(words[0]) || !seen.insert(words[0]).inserted { return nil }
            let isNetwork = ["nfs", "nfs4", "cifs", "fuse.sshfs", "ceph", "glusterfs"].contains(type)
            return DiscoveredStorage(
                name: words[(percent + 1)...].joined(separator: " "), kind: isNetwork ? .network : .disk,
                size: size << 10,
                used: used <= size ? used << 10 : nil)
        }
    }

    static func cpus(_ lines: [String], _ sysctl: [String: String]) -> [DiscoveredCPU] {
        var name: String?
        var count: Int?
        var processors = 0
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = OneLine.clean(line[..<colon]).lowercased()
            let value = OneLine.clean(line[line.index(after: colon)...])
            if key == "model name" || key == "cpu model" || key == "bios model name", name == nil { name = value }
            if key == "cpu(s)" { count = Int(value) }
            if key == "processor" { processors += 1 }
        }
        name = name ?? sysctl["hw.model"]
        let number =
            count ?? (processors > 0 ? processors : sysctl["hw.ncpu"].flatMap { Int($0) } ?? (name == nil ? 0 : 1))
        return Array(repeating: DiscoveredCPU(name: name ?? "CPU"), count: min(max(number, 0), 4_096))
    }

    /// `temp1|coretemp|Package id 0|45000`, thousandths of °C; `fan1|nct6775||1200`, rpm.
    static func sensors(_ lines: [String]) -> [DiscoveredSensor] {
        lines.prefix(1_000).compactMap { line in
            let words = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 4, let raw = Double(words[3]), abs(raw) < 1e9 else { return nil }
            let isFan = words[0].hasPrefix("fan")
            let name = "\(words[1]) \(words[2].isEmpty ? words[0] : words[2])"
            return DiscoveredSensor(
                name: OneLine.clean(name), kind: isFan ? .fan : .temperature, value: isFan ? raw : raw / 1_000,
                unit: isFan ? "rpm" : "°C")
        }
    }
}
