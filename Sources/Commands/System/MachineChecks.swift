import Addressing
import CMDB
import Endpoints
import Foundation
import Notation
import Remote
import Storage

/// Whether the machines that have an SSH account for us are reachable and their host keys recorded.
struct MachineChecks {
    let session: Session
    let snapshot: Snapshot
    let database: Database

    /// At most so many machines are tried; the answer says of how many.
    static let most = 200

    func run() async -> [DoctorCommand.Check] {
        let machines = (snapshot.objects(.device) + snapshot.objects(.virtualMachine)).filter {
            $0["monitoring"]?.object?.keys.contains { $0.hasPrefix("ssh_") } ?? false
        }
        guard !machines.isEmpty else { return [] }
        return [keys(machines), await reach(machines)]
    }

    private func keys(_ machines: [Object]) -> DoctorCommand.Check {
        let recorded = Set((try? session.hostKeys(database).list().map(\.subject)) ?? [])
        let missing = machines.filter {
            !recorded.contains($0.id) && ($0["monitoring"]?["ssh_host_keys"]?.array ?? []).isEmpty
        }
        guard let first = missing.first else {
            return .init(
                name: "host keys", state: .ok, detail: "\(machines.count) of \(machines.count) recorded", remedy: "")
        }
        return .init(
            name: "host keys", state: .optional, detail: "\(missing.count) of \(machines.count) machines have none",
            remedy: "hatang host-key record \(first.id) --fingerprint SHA256:… --reason …")
    }

    private func reach(_ machines: [Object]) async -> DoctorCommand.Check {
        let targets = machines.compactMap { machine -> (String, Endpoint)? in
            guard let text = machine.text("primary_ip4") ?? machine.text("primary_ip6") ?? machine.text("oob_ip"),
                let address = try? IPAddress(text), !session.loopbackOnly || address.isLoopback
            else { return nil }
            let port = machine["monitoring"]?["ssh_port"]?.int.flatMap { UInt16(exactly: $0) } ?? 22
            return (machine.id.description, Endpoint(address: address, port: port))
        }.prefix(Self.most)
        let loops = EndpointLoops()
        let prober = TCPProber(loops)
        let failed = await withTaskGroup(of: String?.self) { group in
            for (subject, endpoint) in targets {
                group.addTask {
                    let took = try? await prober.connect(endpoint, subject: subject, timeout: .seconds(2))
                    return took == nil ? subject : nil
                }
            }
            var failed: [String] = []
            for await subject in group { if let subject { failed.append(subject) } }
            return failed.sorted()
        }
        await loops.shutdown()
        let detail = "\(targets.count - failed.count) of \(targets.count) tried, of \(machines.count) with SSH"
        guard let first = failed.first else {
            return .init(name: "machines", state: targets.isEmpty ? .optional : .ok, detail: detail, remedy: "")
        }
        return .init(
            name: "machines", state: .optional,
            detail: detail + " answer; not: \(failed.prefix(5).joined(separator: ", "))",
            remedy: "check address, port and packet filters of \(first)")
    }
}
