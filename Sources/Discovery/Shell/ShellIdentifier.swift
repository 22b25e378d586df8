import Addressing
import Notation

/// Makes a ``DiscoveredDevice`` of what the script printed. Pure: no output can make it fail.
@_spi(Fuzzing) public struct ShellIdentifier: Sendable {
    /// Uses the shipped names of makers.
    public init() {}

    /// What the output says; parts that are missing leave a note.
    public func identify(_ output: String) -> DiscoveredDevice {
        let parts = ShellParts(output)
        var device = DiscoveredDevice()
        readSystem(parts, &device)
        readBoard(parts, &device)
        let linux = ShellInterfaces.linux(parts.text("ip"), speeds: parts.words("speed"))
        device.interfaces = linux ?? ShellInterfaces.bsd(parts.lines("ifconfig"))
        device.neighbours = ShellNeighbours.read(parts.text("lldp"), ports: device.interfaces)
        readStores(parts, &device)
        device.notes = notes(parts, device)
        return device
    }

    private func readSystem(_ parts: ShellParts, _ device: inout DiscoveredDevice) {
        let uname = parts.lines("uname")
        if uname.count > 3, let name = OneLine.meaningful(uname[3]) {
            device.sysName = Known(name, .certain, source: "uname -n")
        }
        let release = parts.values("os-release")
        if let name = release["NAME"] ?? release["ID"] {
            device.platform = Known(name, .certain, source: "os-release NAME")
            if let version = release["VERSION_ID"] {
                device.osVersion = Known(version, .certain, source: "os-release VERSION_ID")
            }
        } else if let system = uname.first {
            device.platform = Known(system, .certain, source: "uname -s")
        }
        if device.osVersion == nil, uname.count > 1, let kernel = OneLine.meaningful(uname[1]) {
            device.osVersion = Known(kernel, release.isEmpty ? .certain : .guess, source: "uname -r")
        }
        device.uptimeSeconds = parts.text("uptime").split(separator: " ").first.flatMap { Double($0) }.flatMap {
            (0..<1e12).contains($0) ? UInt64($0) : nil
        }
        let routers: Set<String> = ["vyos", "openwrt", "routeros"]
        let firewalls: Set<String> = ["opnsense", "pfsense", "ipfire"]
        let id = release["ID"]?.lowercased() ?? ""
        let role = routers.contains(id) ? "router" : firewalls.contains(id) ? "firewall" : "server"
        if !uname.isEmpty { device.role = Known(role, role == "server" ? .guess : .likely, source: "os-release ID") }
    }

    private func readBoard(_ parts: ShellParts, _ device: inout DiscoveredDevice) {
        let dmi = parts.values("dmi")
        let kenv = parts.values("kenv")
        let sysctl = parts.values("sysctl")
        func first(_ choices: [(String?, String)]) -> (String, String)? {
            for (value, source) in choices { if let text = OneLine.meaningful(value) { return (text, source) } }
            return nil
        }
        let maker = first([
            (dmi["sys_vendor"], "DMI sys_vendor"), (kenv["smbios.system.maker"], "smbios.system.maker"),
            (sysctl["hw.vendor"], "hw.vendor"), (dmi["board_vendor"], "DMI board_vendor"),
        ])
        if let (text, source) = maker {
            let known = IdentityRules.shipped.manufacturer(named: text)
            let named = known ?? DiscoveredManufacturer(slug: Self.slug(text), name: text)
            if !named.slug.isEmpty { device.manufacturer = Known(named, .certain, source: source) }
        }
        if let (text, source) = first([
            (dmi["product_name"], "DMI product_name"), (kenv["smbios.system.product"], "smbios.system.product"),
            (sysctl["hw.product"], "hw.product"), (parts.bare("dmi"), "device tree"),
        ]) {
            device.model = Known(text, .certain, source: source)
        }
        if let (text, source) = first([
            (dmi["product_serial"], "DMI product_serial"), (kenv["smbios.system.serial"], "smbios.system.serial"),
            (sysctl["hw.serialno"], "hw.serialno"),
        ]) {
            device.serial = Known(text, .certain, source: source)
        }
        if let (text, source) = first([
            (dmi["chassis_asset_tag"], "DMI chassis_asset_tag"), (kenv["smbios.chassis.tag"], "smbios.chassis.tag"),
        ]) {
            device.assetTag = Known(text, .certain, source: source)
        }
        device.isVirtual = virtual(parts, device)
    }

    private func virtual(_ parts: ShellParts, _ device: DiscoveredDevice) -> Known<Bool>? {
        if let word = parts.lines("virt").first {
            return Known(word != "none", .certain, source: "systemd-detect-virt: \(word)")
        }
        let hypervisors = [
            "qemu", "kvm", "vmware", "virtualbox", "innotek", "xen", "bochs", "virtual machine", "openstack", "bhyve",
        ]
        let board = "\(device.manufacturer?.value.name ?? "") \(device.model?.value ?? "")".lowercased()
        if hypervisors.contains(where: { board.contains($0) }) { return Known(true, .likely, source: "DMI") }
        return nil
    }

    /// A slug of a name: lower case letters and digits, one `-` for all else.
    static func slug(_ name: String) -> String {
        var out = ""
        for character in name.lowercased().prefix(60) {
            if character.isASCII, character.isLetter || character.isNumber {
                out.append(character)
            } else if !out.isEmpty, out.last != "-" {
                out.append("-")
            }
        }
        return out.hasSuffix("-") ? String(out.dropLast()) : out
    }

    private func readStores(_ parts: ShellParts, _ device: inout DiscoveredDevice) {
        let memory = parts.values("meminfo", separator: ":")
        func kilobytes(_ name: String) -> UInt64? {
            memory[name]?.split(separator: " ").first.flatMap { UInt64($0) }.flatMap { $0 < 1 << 50 ? $0 << 10 : nil }
        }
        let sysctl = parts.values("sysctl")
        if let total = kilobytes("MemTotal"), total > 0 {
            let free = kilobytes("MemAvailable") ?? kilobytes("MemFree")
            device.memory = DiscoveredMemory(
                total: total, used: free.flatMap { $0 <= total ? total - $0 : nil }, source: "/proc/meminfo")
            device.storage.append(
                DiscoveredStorage(name: "Physical memory", kind: .ram, size: total, used: device.memory?.used))
            if let swap = kilobytes("SwapTotal"), swap > 0 {
                let used = kilobytes("SwapFree").flatMap { $0 <= swap ? swap - $0 : nil }
                device.storage.append(DiscoveredStorage(name: "Swap space", kind: .virtual, size: swap, used: used))
            }
        } else if let total = sysctl["hw.physmem"].flatMap({ UInt64($0) }), total > 0 {
            device.memory = DiscoveredMemory(total: total, source: "hw.physmem")
        }
        device.storage += ShellStores.disks(parts.lines("df"))
        device.cpus = ShellStores.cpus(parts.lines("cpu"), sysctl)
        device.sensors = ShellStores.sensors(parts.lines("hwmon"))
    }

    private func notes(_ parts: ShellParts, _ device: DiscoveredDevice) -> [DiscoveryNote] {
        var out: [DiscoveryNote] = []
        if !parts.isComplete {
            out.append(DiscoveryNote(part: "shell", reason: .cut, message: "the script did not print its last line"))
        }
        if device.serial == nil {
            let root = parts.lines("id").first == "0"
            out.append(
                DiscoveryNote(
                    part: "serial", reason: root ? .absent : .failed,
                    message: root ? "the board tells none" : "only root may read the board's serial number"))
        }
        for (part, missing, why) in [
            ("interfaces", device.interfaces.isEmpty, "neither `ip -j` nor ifconfig printed any"),
            ("neighbours", device.neighbours.isEmpty, "lldpctl is missing or hears nobody"),
            ("model", device.model == nil, "no DMI, no device tree"),
            ("sensors", device.sensors.isEmpty, "no hwmon"),
            ("storage", device.storage.isEmpty, "df printed nothing"),
        ] where missing {
            out.append(DiscoveryNote(part: part, reason: .absent, message: why))
        }
        return out
    }
}

/// The output in its parts.
struct ShellParts {
    private var parts: [String: [String]] = [:]
    let isComplete: Bool

    init(_ output: String) {
        var name = ""
        var complete = false
        var count = 0
        for line in output.split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline }) {
            count += 1
            if count > 100_000 { break }
            if line.hasPrefix("@@") {
                name = String(line.dropFirst(2))
                complete = name == "end"
                continue
            }
            parts[name, default: []].append(String(line))
        }
        isComplete = complete
    }

    /// As it was printed, for what has a syntax of its own.
    func text(_ part: String) -> String { (parts[part] ?? []).joined(separator: "\n") }

    /// Cleaned lines that are not empty.
    func lines(_ part: String) -> [String] {
        (parts[part] ?? []).map { OneLine.clean($0, limit: 1_024) }.filter { !$0.isEmpty }
    }

    func words(_ part: String) -> [[String]] {
        lines(part).map { $0.split(separator: " ").map(String.init) }
    }

    /// `NAME=value` lines; quotation marks around a value are left out (os-release(5)).
    func values(_ part: String, separator: Character = "=") -> [String: String] {
        var out: [String: String] = [:]
        for line in lines(part) {
            // sysctl prints `name: value` on some systems and `name=value` on others.
            let place = line.firstIndex(of: separator) ?? (part == "sysctl" ? line.firstIndex(of: ":") : nil)
            guard let place else { continue }
            var value = OneLine.clean(line[line.index(after: place)...])
            if value.count >= 2, let mark = value.first, mark == value.last, mark == "\"" || mark == "'" {
                value = String(value.dropFirst().dropLast())
            }
            if !value.isEmpty { out[OneLine.clean(line[..<place])] = value }
        }
        return out
    }

    /// The first line of a part that is no `NAME=value`.
    func bare(_ part: String) -> String? { lines(part).first { !$0.contains("=") } }
}
