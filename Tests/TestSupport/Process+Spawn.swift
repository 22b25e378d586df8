import Foundation
import Glibc
import Synchronization

/// posix_spawn(3) with the three standard files given; everything else of ours is closed on exec.
func spawn(
    _ path: String, _ args: [String], _ env: [String: String], _ folder: String?, _ input: Int32, _ output: Int32,
    _ errors: Int32
) throws -> Int32 {
    // env(1) changes the folder and then becomes the program: the process number stays.
    let words = folder.map { ["/usr/bin/env", "-C", $0, path] + args } ?? [path] + args
    let merged = ProcessInfo.processInfo.environment.merging(env) { $1 }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, file) in [input, output, errors].enumerated() {
        posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A test runner may block or ignore signals; servers expect the defaults. A group of its own keeps Ctrl-C away.
    var all = sigset_t()
    var none = sigset_t()
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var argv = words.map { strdup($0) } + [nil]
    var envp = merged.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, words[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else {
        throw ProcessFailure(description: "cannot start \(path): \(String(cString: strerror(code)))")
    }
    return child
}

/// Reaps `child` if it has ended: exit status, or 128 + signal number; nil while it runs.
func poll(_ child: Int32) -> Int32? {
    var status: Int32 = 0
    let answer = waitpid(child, &status, WNOHANG)
    if answer == 0 || (answer < 0 && errno == EINTR) { return nil }
    if answer < 0 { return 255 }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
}

/// Blocks the calling thread until `child` has ended; kills it at `deadline` and then gives nil.
func reap(_ child: Int32, until deadline: ContinuousClock.Instant) -> Int32? {
    var pause: UInt32 = 500
    while ContinuousClock.now < deadline {
        if let status = poll(child) { return status }
        usleep(pause)
        pause = min(pause * 2, 20_000)
    }
    descendants(of: child).forEach { _ = Glibc.kill($0, SIGKILL) }
    kill(child, SIGKILL)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return nil
}

/// Children, their children and so on, from /proc.
func descendants(of root: Int32) -> [Int32] {
    var children: [Int32: [Int32]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
        guard let process = Int32(name), let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { continue }
        // proc(5): the fields behind "(comm)" are state and parent.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        if fields.count > 1, let parent = Int32(fields[1]) { children[parent, default: []].append(process) }
    }
    var found: [Int32] = []
    var open = [root]
    while let next = open.popLast() {
        let below = children[next] ?? []
        found += below
        open += below
    }
    return found
}

/// An unlinked file with `bytes` in it, positioned at the start.
func scratchFile(_ bytes: [UInt8], append: Bool = false) throws -> Int32 {
    let path = "\(FileManager.default.temporaryDirectory.path)/hatang-scratch-\(UUID().uuidString)"
    let fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | (append ? O_APPEND : 0), 0o600)
    guard fd >= 0 else { throw ProcessFailure(description: "\(path): \(String(cString: strerror(errno)))") }
    unlink(path)
    var sent = 0
    while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
            pwrite(fd, $0.baseAddress.map { $0 + sent }, bytes.count - sent, off_t(sent))
        }
        guard count > 0 else {
            close(fd)
            throw ProcessFailure(description: "cannot write a scratch file: \(String(cString: strerror(errno)))")
        }
        sent += count
    }
    return fd
}

/// All bytes of a scratch file, whatever its position.
func contents(_ fd: Int32) -> [UInt8] {
    var info = stat()
    let size = fstat(fd, &info) == 0 ? Int(info.st_size) : 0
    var bytes = [UInt8](repeating: 0, count: size)
    var got = 0
    while got < size {
        let count = bytes.withUnsafeMutableBytes { pread(fd, $0.baseAddress.map { $0 + got }, size - got, off_t(got)) }
        if count <= 0 { break }
        got += count
    }
    return Array(bytes[..<got])
}

/// Reads process numbers, `+ 123` to watch and `- 123` to forget, and kills the watched ones at end of file.
public let janitorScript = """
    trap '' INT TERM HUP; watched=' '
    while read -r sign pid; do
      case $sign in
        +) watched="$watched$pid " ;;
        -) watched="${watched%% "$pid" *} ${watched#* "$pid" }" ;;
      esac
    done
    for pid in $watched; do kill -KILL "-$pid" "$pid" 2>/dev/null; done
    """

/// One small shell per test program that kills the servers still running when the test program is gone.
///
/// PR_SET_PDEATHSIG does not serve here: it fires when the *thread* that forked ends, and pool threads come and go.
final class Janitor: Sendable {
    static let shared = Janitor()
    private let pipe: Int32

    private init() {
        // A socket pair, because Swift's Glibc shows no pipe2 and the ends must never leak into a server.
        var ends: [Int32] = [-1, -1]
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard null >= 0, socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            pipe = -1
            return
        }
        defer {
            close(null)
            close(ends[0])
        }
        pipe = ends[1]
        _ = try? spawn("/bin/sh", ["-c", janitorScript], [:], nil, ends[0], null, null)
    }

    func watch(_ process: Int32) { say("+ \(process)\n") }
    func forget(_ process: Int32) { say("- \(process)\n") }

    private func say(_ line: String) {
        guard pipe >= 0 else { return }
        let bytes = Array(line.utf8)
        _ = Glibc.write(pipe, bytes, bytes.count)
    }
}
