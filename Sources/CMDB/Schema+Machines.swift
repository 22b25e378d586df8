import Notation

extension Schema {
    /// How we reach a machine; secrets only as `secret://name`.
    static let monitoring: [Field] = [
        Field("snmp_version", .choice(["v1", "v2c", "v3"]), "Default v3"),
        Field("snmp_port", .int(1...65_535), "Default 161"),
        Field("snmp_community", .text(max: 200), "secret://… (v1, v2c)"),
        Field("snmp_user", .text(max: 32), "USM user (v3)"),
        Field("snmp_auth", .choice(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]), "Default sha256"),
        Field("snmp_auth_secret", .text(max: 200), "secret://…"),
        Field("snmp_priv", .choice(["des", "aes128", "aes192", "aes256"]), "Default aes128"),
        Field("snmp_priv_secret", .text(max: 200), "secret://…"),
        Field("snmp_context", .text(max: 200), "contextName (v3)"),
        Field("snmp_max_repetitions", .int(1...1_000), "GETBULK rows per answer at most; default 50"),
        Field("ssh_port", .int(1...65_535), "Default 22"),
        Field("ssh_user", .text(max: 64), "Login name"),
        Field("ssh_key", .text(max: 200), "secret://… of an OpenSSH private key"),
        Field("ssh_password", .text(max: 200), "secret://…"),
        Field("ssh_host_keys", .list(.text(max: 300)), "`TYPE SHA256:…` as ssh-keygen -lf prints"),
        Field("ssh_jump", .reference([.device, .virtualMachine]), "Enter through this machine's SSH server"),
        Field("ssh_client", .choice(["libssh", "openssh"]), "Default: libssh, and openssh for what it cannot"),
        Field("ssh_legacy_algorithms", .list(.text(max: 64)), "Old algorithms this machine alone may use"),
        Field("families", .list(.choice(["v4", "v6"])), "Ask over these alone; default: each primary address"),
        Field("icmp", .bool, "Whether it answers echo requests"),
        Field("tls_ports", .list(.int(1...65_535)), "TLS services to inspect"),
        Field("tls_name", .text(max: 253), "Server name for SNI and the name check"),
        Field("tcp_ports", .list(.int(1...65_535)), "Ports that must answer"),
        Field("http", .list(.record(httpCheck)), "Pages that must answer"),
        Field("dns_port", .int(1...65_535), "Default 53"),
        Field("dns_zones", .list(.text(max: 253)), "Zones it serves: SOA serials must agree between servers"),
        Field("dns_names", .list(.text(max: 270)), "`NAME TYPE` it must resolve, such as `www.example.vn AAAA`"),
        Field("ntp_port", .int(1...65_535), "Serves time; 123 is usual"),
        Field("smtp_ports", .list(.int(1...65_535)), "Mail servers"),
        Field("smtp_name", .text(max: 253), "Server name for STARTTLS"),
        Field("postgresql_ports", .list(.int(1...65_535)), "PostgreSQL servers"),
        Field("mysql_ports", .list(.int(1...65_535)), "MySQL and MariaDB servers"),
    ]

    /// One page that must answer.
    static let httpCheck: [Field] = [
        Field("url", .text(max: 2_000), required: true, "http(s)://name[:port]/path; asked of the machine"),
        Field("status", .list(.int(100...599)), "Expected; default 200-399"),
        Field("match", .text(max: 500), "Pattern the body must contain"),
    ]

    static let deviceStatus = ["offline", "active", "planned", "staged", "failed", "inventory", "decommissioning"]

    static let airflow = [
        "front-to-rear", "rear-to-front", "left-to-right", "right-to-left", "side-to-rear", "rear-to-side",
        "bottom-to-top", "top-to-bottom", "passive", "mixed",
    ]

    static func machines(_ kind: Kind) -> [Field] {
        let slug = Field("slug", .slug, "Natural key; made from name when absent")
        let name = Field("name", .text(max: 200), required: true, "As people call it")
        let reachable: [Field] = [
            Field("primary_ip4", .address, "Without mask; one of its addresses"),
            Field("primary_ip6", .address, "Without mask; one of its addresses"),
            Field("oob_ip", .address, "Out-of-band management"),
            Field("zone", .reference([.zone]), "Network zone it stands in"),
            Field("ha_group", .slug, "Members of one group take over from each other"),
            Field("capabilities", .list(.slug), "firewall, ips, waf, load-balancer, vpn, anti-malware, siem, backup …"),
            Field("monitoring", .record(monitoring), "How probes reach it"),
            Field("in_service_at", .date, "Put into service"),
            Field("software", .list(.reference([.software])), "What is installed, with versions"),
            Field("credentials", .list(.reference([.credential])), "Which credentials open it"),
            Field("local_context_data", .json, "Wins over every config context"),
        ]
        switch kind {
        case .manufacturer: return [slug, name]
        case .deviceRole:
            return [
                slug, name, Field("vm_role", .bool, "Fits virtual machines too"), Field("color", .text(max: 6), "Hex"),
            ]
        case .platform:
            return [
                slug, name, Field("manufacturer", .reference([.manufacturer]), "Maker"),
                Field("os_id", .text(max: 50), "ID of os-release(5)"), Field("version", .text(max: 50), "Version"),
                Field("eol_date", .date, "End of support"),
            ]
        case .deviceType:
            return [
                slug, Field("manufacturer", .reference([.manufacturer]), required: true, "Maker"),
                Field("model", .text(max: 100), required: true, "Model"),
                Field("part_number", .text(max: 50), "Order number"),
                Field("u_height", .decimal(0...100), fallback: 1, "Rack units"),
                Field("is_full_depth", .bool, fallback: true, "Fills front and rear"),
                Field("airflow", .choice(airflow), "Air"),
                Field("ipv6", .choice(["yes", "no", "unknown"]), "Can it do IPv6"),
                Field("weight", .decimal(0...100_000), "Weight"),
                Field("weight_unit", .choice(["kg", "g", "lb", "oz"]), "Of the weight"),
                Field("subdevice_role", .choice(["parent", "child"]), "Has device bays, or fits into one"),
                Field("is_powered", .bool, "False: needs no power, such as a patch panel"),
                Field("front_image", .bool, "The device-type library has a picture of its front"),
                Field("rear_image", .bool, "The device-type library has a picture of its rear"),
                Field("default_platform", .reference([.platform]), "Operating system it comes with"),
                Field("end_of_sale", .date, "Last day of sale"), Field("eol_date", .date, "End of support"),
                Field("components", .json, "Templates by kind, as the device-type library has them"),
            ]
        case .device:
            return [
                slug, name, Field("role", .reference([.deviceRole]), required: true, "What it is for"),
                Field("device_type", .reference([.deviceType]), required: true, "What it is"),
                Field("platform", .reference([.platform]), "Operating system"),
                Field("status", .choice(deviceStatus), fallback: "active", "NetBox device status"),
                Field("site", .reference([.site]), required: true, "Where it is"),
                Field("location", .reference([.location]), "Room"), Field("rack", .reference([.rack]), "Rack"),
                Field("position", .decimal(1...100), "Lowest unit"), Field("face", .choice(["front", "rear"]), "Side"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("cluster", .reference([.cluster]), "Cluster it is a host of"),
                Field("serial", .text(max: 50), "Serial number"), Field("asset_tag", .text(max: 50), "Asset number"),
                Field("airflow", .choice(airflow), "Air"),
                Field("latitude", .decimal(-90...90), "Degrees"), Field("longitude", .decimal(-180...180), "Degrees"),
                Field("virtual_chassis", .slug, "Stack it is a member of"),
                Field("vc_position", .int(0...255), "Number in the stack"),
                Field("vc_priority", .int(0...255), "Priority in the stack"),
                Field("warranty_until", .date, "End of the maker's warranty"),
            ] + reachable
        case .cluster:
            return [
                slug, name, Field("type", .slug, required: true, "vmware, proxmox, kvm …"),
                Field(
                    "status", .choice(["planned", "staging", "active", "decommissioning", "offline"]),
                    fallback: "active", "NetBox cluster status"),
                Field("site", .reference([.site]), "Where"), Field("tenant", .reference([.tenant]), "Whose"),
            ]
        case .virtualMachine:
            return [
                slug, name, Field("role", .reference([.deviceRole]), "What it is for"),
                Field(
                    "status", .choice(deviceStatus.filter { $0 != "inventory" } + ["paused"]), fallback: "active",
                    "NetBox status"),
                Field("site", .reference([.site]), "Where"), Field("cluster", .reference([.cluster]), "Where it runs"),
                Field("device", .reference([.device]), "Host it is pinned to"),
                Field("platform", .reference([.platform]), "Operating system"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("vcpus", .decimal(0.01...1024), "Virtual CPUs"), Field("memory", .int(1...16_777_216), "MB"),
                Field("disk", .int(0...1_000_000_000), "MB"), Field("serial", .text(max: 50), "UUID or serial"),
            ] + reachable
        default:  // interface
            return [
                Field(
                    "device", .reference([.device, .virtualMachine]), required: true, "Whose; given by nesting in files"
                ),
                Field("name", .text(max: 64), required: true, "ifName"),
                Field("label", .text(max: 64), "Printed label"),
                Field("type", .slug, fallback: "other", "NetBox interface type, e.g. 10gbase-x-sfpp, virtual"),
                Field("enabled", .bool, fallback: true, "ifAdminStatus up"), Field("mtu", .int(1...65_536), "Bytes"),
                Field("mac_address", .macAddress, "EUI-48"), Field("speed", .int(0...4_000_000_000), "kbit/s"),
                Field("mgmt_only", .bool, "Out-of-band"), Field("lag", .text(max: 64), "Name of the bundle"),
                Field("parent", .text(max: 64), "Name of the interface it is a sub-interface of"),
                Field("bridge", .text(max: 64), "Name of the bridge it is a port of"),
                Field("duplex", .choice(["half", "full", "auto"]), "Duplex"),
                Field("wwn", .text(max: 23), "World wide name"), Field("vrf", .reference([.vrf]), "Routing table"),
                Field("poe_mode", .choice(["pd", "pse"]), "Takes or gives power"),
                Field("poe_type", .slug, "NetBox PoE type"),
                Field("mark_connected", .bool, "Connected to what is not recorded"),
                Field("mode", .choice(["access", "tagged", "tagged-all"]), "802.1Q"),
                Field("untagged_vlan", .reference([.vlan]), "Access VLAN"),
                Field("tagged_vlans", .list(.reference([.vlan])), "Trunk"),
                Field("segment", .reference([.segment]), "Network it is in"),
            ]
        }
    }
}
