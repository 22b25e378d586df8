import CLibSSH
import Glibc

/// A program of the system that the SSH thread has started; killed, and waited for, on deinit.
final class Child {
    private let processID: pid_t
    /// Becomes readable when the program has ended (pidfd_open(2)).
    let exitDescriptor: Int32
    /// Its standard input, for writing; -1 once closed.
    private(set) var input: Int32
    /// Its standard output and error; -1 once they have ended.
    private(set) var output: Int32
    private(set) var errors: Int32
    private(set) var status: Int32?
    /// For the poller, one each for the end, the outputs and the input; numbers of descriptors are used again too soon.
    private let tokens = (PendingID.next(), PendingID.next(), PendingID.next(), PendingID.next())

    /// What to wait for.
    var watched: [(token: UInt64, descriptor: Int32, interest: Int16)] {
        [
            (tokens.0, exitDescriptor, Int16(POLLIN)), (tokens.1, output, Int16(POLLIN)),
            (tokens.2, errors, Int16(POLLIN)), (tokens.3, input, Int16(POLLOUT)),
        ].filter { $0.1 >= 0 }
    }

    /// Starts `words` with this environment and nothing else of ours: own session, so that neither the terminal's keys
    /// nor its prompts reach it, and the default signals.
    /// - Returns: nil when it could not be started; `errno` says why.
    init?(_ words: [String], environment: [String]) {
        var pipes: [Int32] = [-1, -1, -1, -1, -1, -1]
        let made = (0..<3).allSatisfy { index in
            pipes.withUnsafeMutableBufferPointer { all in
                all.baseAddress.map { pipe2($0 + 2 * index, Int32(O_CLOEXEC)) == 0 } ?? false
            }
        }
        let child = made ? Self.spawn(words, environment, pipes[0], pipes[3], pipes[5]) : nil
        for index in [0, 3, 5] where pipes[index] >= 0 { close(pipes[index]) }
        guard let child else {
            for index in [1, 2, 4] where pipes[index] >= 0 { close(pipes[index]) }
            return nil
        }
        processID = child
        (input, output, errors) = (pipes[1], pipes[2], pipes[4])
        for descriptor in [input, output, errors] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        exitDescriptor = pidfd_open(child, 0)
    }

    deinit {
        closeInput()
        for descriptor in [output, errors, exitDescriptor] where descriptor >= 0 { close(descriptor) }
        guard reap() == nil else { return }
        // Its session is its process group: what it has started goes with it.
        kill(-processID, SIGKILL)
        var code: Int32 = 0
        while waitpid(processID, &code, 0) < 0, errno == EINTR {}
    }

    private static func spawn(
        _ words: [String], _ environment: [String], _ input: Int32, _ output: Int32, _ errors: Int32
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        // POSIX_SPAWN_SETSID of <spawn.h>, hidden behind _GNU_SOURCE.
        let setSession: Int16 = 0x80
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | setSession)
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, words[0], &actions, &attributes, &argv, &envp)
        errno = code
        return code == 0 ? child : nil
    }

    /// Exit status, 128 + signal number, or nil while it runs.
    @discardableResult
    func reap() -> Int32? {
        if status == nil {
            var code: Int32 = 0
            let answer = waitpid(processID, &code, WNOHANG)
            if answer == processID { status = code & 0x7f == 0 ? (code >> 8) & 0xff : 128 + (code & 0x7f) }
            // Somebody else has taken its status away: it is over, and how is not known.
            if answer < 0, errno == ECHILD { status = 255 }
        }
        return status
    }

    /// Writes as much of `bytes` from `start` on as the pipe takes; closed when all is written or nobody reads.
    func write(_ bytes: [UInt8], from start: inout Int) {
        while input >= 0, start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(input, $0.baseAddress.map { $0 + start }, $0.count - start)
            }
            if count > 0 {
                start += count
            } else {
                if errno != EAGAIN, errno != EINTR { closeInput() }
                return
            }
        }
        closeInput()
    }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Takes in what is there of standard output; at most about a megabyte, so that nobody else waits for long.
    func readOutput(_ take: (UnsafeRawBufferPointer) -> Void) { Self.read(&output, take) }

    /// The same for standard error.
    func readErrors(_ take: (UnsafeRawBufferPointer) -> Void) { Self.read(&errors, take) }

    private static func read(_ descriptor: inout Int32, _ take: (UnsafeRawBufferPointer) -> Void) {
        guard descriptor >= 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            for _ in 0..<16 {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 {
                    take(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
                } else {
                    if count == 0 || (errno != EAGAIN && errno != EINTR) {
                        close(descriptor)
                        descriptor = -1
                    }
                    return
                }
            }
        }
    }
}
