import BenchSupport
import Foundation

/// What a peer costs per host in nanoseconds; `further` for a command on an open session.
struct PeerCost {
    var cold: Double
    var further: Double?
}

/// Why a peer could not be measured.
struct Missing: Error, CustomStringConvertible {
    let description: String
}

/// Every peer; those that are not installed say so.
func measurePeers(_ server: Server) throws -> [(name: String, result: Result<PeerCost, Missing>)] {
    [
        ("parallel-ssh", try measureParallelSSH(server)), ("ansible raw", try measureAnsible(server)),
        ("ssh process per host", try measureProcesses(server)),
    ]
}

private var python: String { ProcessInfo.processInfo.environment["HATANG_PEER_PYTHON"] ?? "python3" }

/// `Peers/ssh.py`: cold, then further commands on its open sessions.
private func measureParallelSSH(_ server: Server) throws -> Result<PeerCost, Missing> {
    let probe = try start([python, "-c", "import pssh"], output: "/dev/null")
    guard (try? cpuOfFinished(probe, "python")) != nil else {
        return .failure(Missing(description: "\(python) has no parallel-ssh (pip install parallel-ssh)"))
    }
    let words = [
        "\(server.port)", NSUserName(), "\(server.folder)/user", "\(width)", "\(furtherCommands)",
    ]
    let data = try runPythonPeer("ssh.py", words + server.addresses)
    struct Said: Decodable {
        let cold: Double
        let further: Double
    }
    let said = try JSONDecoder().decode(Said.self, from: data)
    return .success(PeerCost(cold: said.cold, further: said.further))
}

/// `ansible -m raw`, started once for all hosts; the CPU of its workers and of their `ssh` processes counts.
private func measureAnsible(_ server: Server) throws -> Result<PeerCost, Missing> {
    let beside = URL(filePath: python).deletingLastPathComponent().appending(path: "ansible").path
    guard let program = access(beside, X_OK) == 0 ? beside : installed("ansible") else {
        return .failure(Missing(description: "ansible is not installed"))
    }
    let inventory = "\(server.folder)/inventory"
    let options = sshOptions(server).joined(separator: " ")
    try Server.write(
        server.addresses.map { "\($0) ansible_port=\(server.port) ansible_user=\(NSUserName())" }, to: inventory)
    let said = "\(server.folder)/ansible.out"
    let child = try start(
        [
            program, "all", "-i", inventory, "-m", "raw", "-a", "uname -a", "-f", "\(width)",
            "--ssh-common-args=\(options)",
        ], output: said,
        environment: ["HOME=\(server.folder)", "ANSIBLE_PIPELINING=1", "ANSIBLE_NOCOLOR=1"])
    let spent = try cpuOfFinished(child, "ansible")
    return try checked(said, spent, server)
}

/// `xargs -P` over `ssh`, one process per host.
private func measureProcesses(_ server: Server) throws -> Result<PeerCost, Missing> {
    guard let ssh = installed("ssh") else { return .failure(Missing(description: "ssh is not installed")) }
    let list = "\(server.folder)/hosts"
    try Server.write(server.addresses, to: list)
    let said = "\(server.folder)/ssh.out"
    let words =
        ["xargs", "-a", list, "-P\(width)", "-I{}", ssh, "-F", "none", "-p", "\(server.port)", "-l", NSUserName()]
        + sshOptions(server) + ["{}", "uname -a"]
    let spent = try cpuOfFinished(try start(words, output: said), "xargs ssh")
    return try checked(said, spent, server)
}

private func sshOptions(_ server: Server) -> [String] {
    [
        "-i", "\(server.folder)/user", "-o", "UserKnownHostsFile=\(server.folder)/known_hosts", "-o",
        "IdentitiesOnly=yes", "-o", "BatchMode=yes",
    ]
}

/// Every host must have answered.
private func checked(_ said: String, _ spent: UInt64, _ server: Server) throws -> Result<PeerCost, Missing> {
    let answers = try Server.read(said).split(separator: "\n").count { $0.hasPrefix("Linux ") }
    guard answers == server.addresses.count else {
        throw BenchFailure("\(answers) of \(server.addresses.count) hosts answered in \(said)")
    }
    return .success(PeerCost(cold: Double(spent) / Double(answers), further: nil))
}
