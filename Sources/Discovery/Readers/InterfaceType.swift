/// NetBox's slugs for interface types, from IANAifType, speed and name.
enum InterfaceType {
    static func slug(of port: DiscoveredInterface) -> String {
        let name = port.name.lowercased()
        switch port.ifType {
        case 24, 53, 131, 135, 136, 142, 150, 166, 23, 108, 246, 77: return "virtual"
        case 161, 54: return "lag"
        case 209: return "bridge"
        case 56: return fibreChannel(port.speed)
        case 71: return "other-wireless"
        case 199: return infiniBand(port.speed)
        case 6, 62, 69, 117, 7, 26, nil: break
        default: return virtual(name) ?? "other"
        }
        if let slug = virtual(name) { return slug }
        return ethernet(port.speed, name: name)
    }

    /// Whether the name is one of a port for management alone.
    static func isManagement(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["mgmt", "management", "mgt", "fxp0", "oob", "meth0", "me0", "idrac", "ilo", "ipmi"].contains {
            name == $0 || name.hasPrefix($0 + "0") || name.hasPrefix($0 + "1") || name.hasPrefix($0 + "-")
                || name.hasPrefix($0 + " ") || name.hasPrefix($0 + "_") || name.hasPrefix($0 + "ethernet")
        }
    }

    /// Names that say that there is no plug.
    static func virtual(_ name: String) -> String? {
        let lags = [
            "port-channel", "bundle-ether", "eth-trunk", "bridge-aggregation", "route-aggregation", "bond", "trk",
            "lag",
        ]
        if lags.contains(where: { name.hasPrefix($0) }) { return hasDot(name) ? "virtual" : "lag" }
        if name.hasPrefix("po"), name.dropFirst(2).allSatisfy(\.isNumber), name.count > 2 { return "lag" }
        if name.hasPrefix("ae"), name.dropFirst(2).allSatisfy(\.isNumber), name.count > 2 { return "lag" }
        let bridges = ["br-", "docker", "virbr", "vmbr", "bridge"]
        if bridges.contains(where: { name.hasPrefix($0) }) { return "bridge" }
        if name.hasPrefix("br"), name.dropFirst(2).allSatisfy(\.isNumber), name.count > 2 { return "bridge" }
        let virtuals = [
            "vlan", "loopback", "lo0", "tunnel", "null", "inloop", "tun", "tap", "veth", "vnet", "dummy", "sit", "gre",
            "ipip",
            "erspan", "teql", "ifb", "wg", "ppp", "vif", "vti", "irb", "nve", "cali", "flannel", "cni", "kube",
            "console",
            "cpu", "stackport", "stacksub", "vxlan", "imq", "ip6tnl", "ip6gre", "gretap", "ovs-system", "isatap",
            "teredo",
            "software loopback", "ms tcp loopback", "wan miniport", "vmnet",
        ]
        if name == "lo" || virtuals.contains(where: { name.hasPrefix($0) }) { return "virtual" }
        return hasDot(name) ? "virtual" : nil
    }

    /// `eth0.100`, `GigabitEthernet0/0.20`: a dot with a number behind, after a digit.
    private static func hasDot(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return false }
        let tail = name[name.index(after: dot)...]
        return !tail.isEmpty && tail.count <= 5 && tail.allSatisfy(\.isNumber) && name[name.index(before: dot)].isNumber
    }

    private static func ethernet(_ speed: UInt64?, name: String) -> String {
        var speed = speed
        if speed == nil || name.contains("gigabit") || name.hasPrefix("te") || name.hasPrefix("hu") {
            // A port without a link often counts as slow; its name says what it can.
            let byName: [(String, UInt64)] = [
                ("fourhundredgig", 400_000_000_000), ("400ge", 400_000_000_000), ("hundredgig", 100_000_000_000),
                ("100ge", 100_000_000_000), ("fortygig", 40_000_000_000), ("40ge", 40_000_000_000),
                ("twentyfivegig", 25_000_000_000), ("25ge", 25_000_000_000), ("tengig", 10_000_000_000),
                ("ten-gigabit", 10_000_000_000), ("xgigabit", 10_000_000_000), ("10ge", 10_000_000_000),
                ("twogig", 2_500_000_000), ("gigabit", 1_000_000_000), ("fastethernet", 100_000_000),
            ]
            if let known = byName.first(where: { name.contains($0.0) })?.1 { speed = max(known, speed ?? 0) }
        }
        switch speed {
        case 10_000_000: return "10base-t"
        case 100_000_000: return "100base-tx"
        case 1_000_000_000: return "1000base-t"
        case 2_500_000_000: return "2.5gbase-t"
        case 5_000_000_000: return "5gbase-t"
        case 10_000_000_000: return "10gbase-x-sfpp"
        case 25_000_000_000: return "25gbase-x-sfp28"
        case 40_000_000_000: return "40gbase-x-qsfpp"
        case 50_000_000_000: return "50gbase-x-sfp56"
        case 100_000_000_000: return "100gbase-x-qsfp28"
        case 200_000_000_000: return "200gbase-x-qsfp56"
        case 400_000_000_000: return "400gbase-x-qsfpdd"
        default: return "other"
        }
    }

    private static func fibreChannel(_ speed: UInt64?) -> String {
        switch (speed ?? 0) / 1_000_000_000 {
        case 1: "1gfc-sfp"
        case 2: "2gfc-sfp"
        case 3, 4: "4gfc-sfp"
        case 8, 6, 7: "8gfc-sfpp"
        case 14...16: "16gfc-sfpp"
        case 28...32: "32gfc-sfp28"
        default: "other"
        }
    }

    private static func infiniBand(_ speed: UInt64?) -> String {
        switch (speed ?? 0) / 1_000_000_000 {
        case 10: "infiniband-sdr"
        case 20: "infiniband-ddr"
        case 40: "infiniband-qdr"
        case 56: "infiniband-fdr"
        case 100: "infiniband-edr"
        default: "other"
        }
    }
}
