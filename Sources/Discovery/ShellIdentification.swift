public import Addressing
public import Remote

/// Asks a Linux or BSD machine what it is, over a shell: one script that only reads, no privileges needed.
///
/// Serial numbers of a machine's board are for root alone; when the login is not root, a note says so.
public struct ShellIdentification: Sendable {
    private let shell: any RemoteShell
    private let timeout: Duration

    /// Asks through `shell`; `timeout` is for the whole script.
    public init(shell: any RemoteShell, timeout: Duration = .seconds(30)) {
        self.shell = shell
        self.timeout = timeout
    }

    /// The machine behind `target`, as far as its files tell.
    /// - Throws: ``RemoteError`` when nobody could log in or the script did not come to its end.
    public func identify(_ target: ShellTarget) async throws -> DiscoveredDevice {
        let session = try await shell.open(target)
        do {
            let device = try await identify(over: session, endpoint: target.endpoint.address)
            await session.close()
            return device
        } catch {
            await session.close()
            throw error
        }
    }

    /// The same over a session that is open already and stays open.
    /// - Throws: ``RemoteError`` when the script did not come to its end.
    public func identify(over session: any ShellSession, endpoint: IPAddress) async throws -> DiscoveredDevice {
        let command = RemoteCommand(
            "sh -c " + RemoteCommand.shellQuoted(ShellScript.text), timeout: timeout, outputLimit: 4 << 20)
        let result = try await session.run(command)
        var device = ShellIdentifier().identify(result.text)
        device.endpoints = [endpoint]
        return device
    }
}

/// What is run on the machine. Each part starts with a line `@@name`.
enum ShellScript {
    static let text = """
        LC_ALL=C; export LC_ALL; PATH=$PATH:/sbin:/usr/sbin; export PATH
        part() { echo; echo "@@$1"; }
        part uname; uname -s; uname -r; uname -m; uname -n
        part os-release; cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null
        part id; id -u
        part uptime; cat /proc/uptime 2>/dev/null
        part dmi
        for f in sys_vendor product_name product_version product_serial chassis_asset_tag bios_version board_vendor board_name
        do v=$(cat /sys/class/dmi/id/$f 2>/dev/null) && echo "$f=$v"; done
        tr -d '\\000' 2>/dev/null </proc/device-tree/model && echo
        part kenv
        for f in smbios.system.maker smbios.system.product smbios.system.serial smbios.chassis.tag
        do v=$(kenv -q $f 2>/dev/null) && echo "$f=$v"; done
        part virt; systemd-detect-virt 2>/dev/null
        part ip; ip -j -d addr 2>/dev/null
        part ifconfig; [ -e /proc/net ] || ifconfig -a 2>/dev/null
        part speed
        for d in /sys/class/net/*; do s=$(cat $d/speed 2>/dev/null) && echo "${d##*/} $s"; done
        part lldp; lldpctl -f json0 2>/dev/null || lldpcli -f json0 show neighbors 2>/dev/null
        part meminfo; cat /proc/meminfo 2>/dev/null
        part df; df -PTk 2>/dev/null || df -Pk 2>/dev/null
        part cpu; lscpu 2>/dev/null || cat /proc/cpuinfo 2>/dev/null
        part sysctl; [ -e /proc/meminfo ] || sysctl hw.model hw.ncpu hw.physmem hw.vendor hw.product hw.serialno 2>/dev/null
        part hwmon
        for h in /sys/class/hwmon/hwmon*; do n=$(cat $h/name 2>/dev/null)
        for i in $h/temp*_input $h/fan*_input; do v=$(cat $i 2>/dev/null) || continue
        l=$(cat ${i%_input}_label 2>/dev/null); b=${i##*/}; echo "${b%_input}|$n|$l|$v"; done; done
        part end
        """
}
