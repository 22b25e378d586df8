import DNS
import Endpoints
import Probing
import SNMP
import SSH

/// Everything that talks to machines, made for one run and ended with it.
struct ProbeEquipment {
    let snmp: SNMPEngine
    let adapters: ProbeRunner.Adapters
    private let ssh = SSHClient()
    private let loops = EndpointLoops()
    private let icmp = ICMPProber()
    private let dns = Resolver()

    init() throws {
        snmp = try SNMPEngine()
        adapters = ProbeRunner.Adapters(
            snmp: snmp, shell: ssh, tls: try TLSProber(loops), tcp: TCPProber(loops), icmp: icmp,
            http: try HTTPProber(loops), dns: dns, ntp: NTPProber(loops), smtp: try SMTPProber(loops),
            database: DatabaseGreetingProber(loops))
    }

    func shutdown() async {
        snmp.shutdown()
        icmp.shutdown()
        await ssh.shutdown()
        await dns.shutdown()
        await loops.shutdown()
    }
}
