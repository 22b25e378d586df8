public import Remote

// Through `sh` and `cat` instead of SFTP: libssh 0.10 writes SFTP one synchronous round trip at a time, which would
// block the SSH thread, and small files are all that is moved.
extension SSHClient {
    /// Writes into a new file beside `path` and renames it over `path` once every byte has arrived.
    ///
    /// A failure leaves the old file as it was. Symbolic links at `path` are replaced, not followed.
    /// - Throws: ``RemoteError``: `remote` with the server's words when it cannot be written, and the errors of
    ///   ``ShellSession/run(_:)``.
    public func upload(
        _ bytes: [UInt8], to path: String, mode: UInt16, over session: any ShellSession
    ) async throws {
        let script = """
            umask 077; t=$1.$2
            trap 'rm -f -- "$t"' EXIT; trap 'exit 1' HUP INT TERM PIPE
            if [ -d "$1" ]; then echo "$1 is a folder" >&2; exit 1; fi
            (set -C; cat >"$t") || exit 1
            if [ "$(wc -c <"$t")" -ne "$3" ]; then echo "not all bytes arrived" >&2; exit 1; fi
            chmod "$4" "$t" && mv -f -- "$t" "$1"
            """
        let suffix = "hatang-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let words = [path, suffix, String(bytes.count), String(mode & 0o7777, radix: 8)]
        let result = try await session.run(
            RemoteCommand(line(script, words), input: bytes, timeout: limit(forBytes: bytes.count), outputLimit: 65_536)
        )
        guard result.succeeded else { throw failure("cannot write \(path)", result, session) }
    }

    /// Reads a file; nothing is given when it is longer than `limit` or not all of it could be read.
    /// - Throws: ``RemoteError``: `remote` with the server's words, `tooLarge`, and the errors of
    ///   ``ShellSession/run(_:)``.
    public func download(_ path: String, limit bytes: Int, over session: any ShellSession) async throws -> [UInt8] {
        let result = try await session.run(
            RemoteCommand(line("cat <\"$1\"", [path]), timeout: limit(forBytes: bytes), outputLimit: bytes))
        guard result.succeeded else { throw failure("cannot read \(path)", result, session) }
        return result.stdout
    }

    /// `script` for the POSIX shell, whatever the user's login shell is.
    private func line(_ script: String, _ words: [String]) -> String {
        (["exec /bin/sh -c", RemoteCommand.shellQuoted(script), "sh"] + words.map(RemoteCommand.shellQuoted))
            .joined(separator: " ")
    }

    /// Half a minute, and a second more for every 100 kB.
    private func limit(forBytes count: Int) -> Duration { .seconds(30 + min(count / 100_000, 3600)) }

    private func failure(_ what: String, _ result: CommandResult, _ session: any ShellSession) -> RemoteError {
        let reason = printable(result.errorText.split(separator: "\n").first.map(String.init) ?? "", limit: 200)
        return RemoteError(
            .remote, subject: (session as? Session)?.subject ?? "file transfer",
            message: "\(what): " + (reason.isEmpty ? "the remote shell ended with \(result.termination)" : reason))
    }
}
