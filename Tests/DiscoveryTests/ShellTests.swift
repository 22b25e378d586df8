import Addressing
import Remote
import TestSupport
import Testing

@_spi(Fuzzing) @testable import Discovery

/// What the script prints on machines of several kinds.
@Suite struct ShellTests {
    static let debian = """

        @@uname
        Linux
        6.1.0-18-amd64
        x86_64
        web-01

        @@os-release
        PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
        NAME="Debian GNU/Linux"
        VERSION_ID="12"
        ID=debian

        @@id
        0

        @@uptime
        86400.10 1000.0

        @@dmi
        sys_vendor=Dell Inc.
        product_name=PowerEdge R640
        product_serial=7XYZ123
        chassis_asset_tag=TS-0042

        @@virt
        none

        @@ip
        [{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback","address":"00:00:00:00:00:00","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8}]},
        {"ifindex":2,"ifname":"eno1","flags":["UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"00:1b:54:aa:0f:3c","master":"bond0","addr_info":[]},
        {"ifindex":3,"ifname":"bond0","flags":["UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"00:1b:54:aa:0f:3c","linkinfo":{"info_kind":"bond"},"addr_info":[{"local":"10.0.0.5","prefixlen":24},{"local":"2001:db8::5","prefixlen":64}]},
        {"ifindex":4,"ifname":"bond0.30","link":"bond0","flags":["UP"],"mtu":1500,"operstate":"DOWN","link_type":"ether","address":"00:1b:54:aa:0f:3c","linkinfo":{"info_kind":"vlan","info_data":{"id":30}},"addr_info":[]}]

        @@speed
        eno1 10000
        lo -1

        @@lldp
        {"lldp":[{"interface":[{"name":"eno1","via":"LLDP","chassis":[{"id":[{"type":"mac","value":"00:1b:54:00:00:01"}],"name":[{"value":"sw-1"}],"mgmt-ip":[{"value":"10.0.0.1"}],"capability":[{"type":"Bridge","enabled":true}]}],"port":[{"id":[{"type":"ifname","value":"Gi0/7"}],"descr":[{"value":"to web-01"}]}]}]}]}

        @@meminfo
        MemTotal:       16384000 kB
        MemAvailable:   12288000 kB
        SwapTotal:       1000000 kB
        SwapFree:         400000 kB

        @@df
        Filesystem     Type     1024-blocks    Used Available Capacity Mounted on
        /dev/sda1      ext4        50000000 1000000  46000000       3% /
        tmpfs          tmpfs        8192000       0   8192000       0% /run
        nas:/export    nfs4       900000000  100000 899900000       1% /srv/my data

        @@cpu
        CPU(s):              4
        Model name:          Intel(R) Xeon(R) Silver 4110

        @@hwmon
        temp1|coretemp|Package id 0|45000
        fan2|nct6775||1200

        @@end
        """

    @Test("a Linux server with DMI, bond, VLAN, LLDP")
    func linux() throws {
        let device = ShellIdentifier().identify(Self.debian)
        #expect(device.manufacturer?.value.slug == "dell" && device.model?.value == "PowerEdge R640")
        #expect(device.serial?.value == "7XYZ123" && device.assetTag?.value == "TS-0042")
        #expect(device.platform?.value == "Debian GNU/Linux" && device.osVersion?.value == "12")
        #expect(device.sysName?.value == "web-01" && device.isVirtual?.value == false)
        #expect(device.interfaces.map(\.name) == ["lo", "eno1", "bond0", "bond0.30"])
        #expect(device.interfaces.map(\.type) == ["virtual", "10gbase-x-sfpp", "lag", "virtual"])
        #expect(device.interfaces[1].lagParent == 3 && device.interfaces[1].speed == 10_000_000_000)
        #expect(device.interfaces[2].addresses.map(\.description) == ["10.0.0.5/24", "2001:db8::5/64"])
        #expect(device.interfaces[3].untaggedVLAN == 30 && device.interfaces[3].parent == 3)
        #expect(device.neighbours.first?.systemName == "sw-1" && device.neighbours.first?.portID == "Gi0/7")
        #expect(device.memory?.total == 16_384_000 << 10 && device.memory?.used == 4_096_000 << 10)
        #expect(device.storage.map(\.name) == ["Physical memory", "Swap space", "/", "/srv/my data"])
        #expect(device.storage.map(\.kind) == [.ram, .virtual, .disk, .network])
        #expect(device.cpus.count == 4)
        #expect(device.sensors.map(\.value) == [45, 1_200])
        #expect(device.notes.isEmpty)
    }

    @Test("the script runs on this machine and tells its name, memory and loopback")
    func here() async throws {
        let printed = try await runProcess("/bin/sh", ["-c", ShellScript.text])
        let device = ShellIdentifier().identify(String(decoding: printed.stdout, as: UTF8.self))
        #expect(device.sysName != nil && device.platform != nil && device.osVersion != nil)
        #expect(device.memory.map { $0.total > 1 << 24 } == true)
        #expect(!device.notes.contains { $0.part == "shell" })
        #expect(printed.stderr.isEmpty)
    }

    @Test("a BSD machine with ifconfig and sysctl, without root")
    func bsd() throws {
        let device = ShellIdentifier().identify(
            """
            @@uname
            FreeBSD
            13.2-RELEASE
            amd64
            fw-1
            @@id
            1001
            @@kenv
            smbios.system.maker=QEMU
            smbios.system.product=Standard PC
            @@ifconfig
            vtnet0: flags=8863<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
            \tether 52:54:00:12:34:56
            \tinet 10.1.0.1 netmask 0xffffff00 broadcast 10.1.0.255
            \tinet6 fe80::5054:ff:fe12:3456%vtnet0 prefixlen 64 scopeid 0x1
            \tstatus: active
            lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384
            @@df
            Filesystem 1024-blocks Used Avail Capacity Mounted on
            zroot/ROOT 10000 4000 6000 40% /
            @@sysctl
            hw.model: Intel Xeon
            hw.ncpu: 2
            hw.physmem: 2147483648
            @@end
            """)
        #expect(device.platform?.value == "FreeBSD" && device.osVersion?.value == "13.2-RELEASE")
        #expect(device.isVirtual?.value == true && device.memory?.total == 2_147_483_648)
        #expect(device.interfaces.map(\.name) == ["vtnet0", "lo0"])
        #expect(device.interfaces[0].addresses.map(\.description) == ["10.1.0.1/24", "fe80::5054:ff:fe12:3456/64"])
        #expect(device.interfaces[0].operUp == true && device.interfaces[1].type == "virtual")
        #expect(device.storage.map(\.used) == [4_000 << 10] && device.cpus.count == 2)
        #expect(device.notes.contains { $0.part == "serial" && $0.reason == .failed })
    }

    @Test(
        "nothing, garbage and half an output are no fault",
        arguments: ["", "@@ip\n[{]", "@@df\na b c\n%", "@@lldp\n[[[["])
    func garbage(text: String) {
        let device = ShellIdentifier().identify(text)
        #expect(device.interfaces.isEmpty)
        #expect(device.notes.contains { $0.part == "shell" && $0.reason == .cut })
    }

    @Test("two answers become one: the surer wins, addresses are put together, notes of absence fall")
    func merging() throws {
        var agent = DiscoveredDevice()
        agent.endpoints = [try IPAddress("10.0.0.5")]
        agent.platform = Known("Linux", .certain, source: "rule")
        agent.osVersion = Known("6.1.0", .likely, source: "sysDescr")
        agent.role = Known("server", .guess, source: "sysServices")
        var port = DiscoveredInterface(index: 3, name: "bond0")
        port.addresses = [try InterfaceAddress("10.0.0.5/24")]
        agent.interfaces = [port]
        agent.notes = [DiscoveryNote(part: "serial", reason: .absent, message: "none")]
        let both = agent.merged(with: ShellIdentifier().identify(Self.debian))
        #expect(both.serial?.value == "7XYZ123" && both.platform?.value == "Debian GNU/Linux")
        #expect(both.osVersion?.value == "12" && both.interfaces.count == 1)
        #expect(both.interfaces[0].addresses.count == 2)
        #expect(both.notes.isEmpty)
    }
}
