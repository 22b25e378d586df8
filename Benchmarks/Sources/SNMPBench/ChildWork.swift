import BenchSupport
import Foundation

/// Starts `words` with its outputs in `output`; standard input is `input` or nothing.
func start(_ words: [String], input: Int32?, output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // MIBS is empty: parsing MIB files would only make the peer slower.
    let settings: [String] = ["MIBS=", "PATH=/usr/bin:/bin:/usr/sbin"]
    var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { (environment + arguments).forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawnp(&child, words[0], &actions, nil, &arguments, &environment)
    guard code == 0 else { throw BenchFailure("cannot start \(words[0]): \(String(cString: strerror(code)))") }
    return child
}

/// Waits for `child`; its user and system time in nanoseconds.
func cpuOfFinished(_ child: pid_t, _ what: String) throws -> UInt64 {
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(child, &status, 0, &usage) == child, status == 0 else {
        throw BenchFailure("\(what) ended with wait status \(status)")
    }
    func nanoseconds(_ time: timeval) -> UInt64 { UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1_000 }
    return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)
}
