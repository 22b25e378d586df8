public import Foundation

/// Starts `words` with its standard output in the file `output`; standard input is `input` or nothing.
public func start(
    _ words: [String], input: Int32? = nil, output: String, environment: [String] = []
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // MIBS is empty: parsing MIB files would only make the peers slower.
    let settings = ["MIBS=", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8"] + environment
    var variables: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { (variables + arguments).forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawnp(&child, words[0], &actions, nil, &arguments, &variables)
    guard code == 0 else { throw BenchFailure("cannot start \(words[0]): \(String(cString: strerror(code)))") }
    return child
}

/// Waits for `child`; its user and system time in nanoseconds, that of its own finished children included.
/// - Parameter status: the wait status that is no failure; nil takes any.
@discardableResult
public func cpuOfFinished(_ child: pid_t, _ what: String, status expected: Int32? = 0) throws -> UInt64 {
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(child, &status, 0, &usage) == child, expected == nil || status == expected else {
        throw BenchFailure("\(what) ended with wait status \(status)")
    }
    func nanoseconds(_ time: timeval) -> UInt64 { UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1_000 }
    return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)
}

/// User and system time of a process that still runs, in nanoseconds, from /proc/PID/stat (steps of one clock tick).
public func cpuOfRunning(_ child: pid_t) throws -> UInt64 {
    let text = try String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
    // The name in brackets may hold anything: count behind its last bracket (proc(5), fields 14 and 15).
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = UInt64(fields[12]), let system = UInt64(fields[13]) else {
        throw BenchFailure("/proc/\(child)/stat cannot be read")
    }
    return (user + system) * 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
}

/// The path of a program of this package, which stands beside the running one.
public func sibling(_ name: String) -> String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name).path
}

/// Where the command `name` is installed; nil when it is not.
public func installed(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return (path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin"]).map { $0 + "/" + name }
        .first { access($0, X_OK) == 0 }
}

/// A file name in the temporary folder that no other run uses.
public func temporaryFile(_ name: String) -> String {
    NSTemporaryDirectory() + "/hatang-bench-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
}
