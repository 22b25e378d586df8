import Remote

/// Wraps a step's command for the remote side.
///
/// The script goes to `sh -s` on standard input, so that no login shell (csh, fish) has to agree with our quoting, and
/// it runs with its own input from /dev/null. It may use:
/// - `have NAME`: whether a program is installed;
/// - `limit CMD …`: the command under timeout(1), where that exists; one that is ended by it makes the step a failure,
///   because "did not answer in time" is not "there is none";
/// - `root CMD …`: the same, through `sudo -n` when the step says `sudo: true` and we are not root;
/// - `section NAME [WORD]`: begins a section of the output, `@@ NAME WORD`;
/// - `unavailable TEXT`: ends with 69, "this machine cannot tell", which is not a failure of an optional step.
///
/// Any other exit status than 0 is a failure of the step.
enum ShellScript {
    /// EX_UNAVAILABLE of sysexits.h.
    static let unavailable = 69

    /// Begins the line on standard error that names a command `limit` has ended; it comes through whatever the step
    /// does with that command's own output.
    static let overdue = "@@overdue"

    /// The first command that `limit` has ended, as the machine named it; nil when all ended by themselves.
    static func overdueCommand(_ result: CommandResult) -> String? {
        let line = CleanText.lines(result.errorText).first { $0.hasPrefix(overdue + " ") }
        return line.map { CleanText.line(String($0.dropFirst(overdue.count + 1)), limit: 64) }
    }

    static func remoteCommand(_ step: SSHStep, timeout: Duration) -> RemoteCommand {
        RemoteCommand(
            "env LC_ALL=C sh -s", input: Array(text(step, timeout: timeout).utf8), timeout: timeout,
            outputLimit: 1 << 20)
    }

    static func text(_ step: SSHStep, timeout: Duration) -> String {
        let seconds = max(1, timeout.components.seconds - 1)
        return """
            LC_ALL=C; export LC_ALL
            PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"; export PATH
            have() { command -v "$1" >/dev/null 2>&1; }
            exec 9>&2
            limit() {
                if ! have timeout; then "$@"; return; fi
                timeout \(seconds) "$@"
                set -- "$?" "$1"
                if [ "$1" = 124 ]; then printf '\(overdue) %s\n' "$2" >&9; fi
                return "$1"
            }
            root() {
                if [ \(step.sudo ? 1 : 0) = 1 ] && [ "$(id -u)" != 0 ] && have sudo; then limit sudo -n "$@"; else limit "$@"; fi
            }
            section() { printf '@@ %s\\n' "$*"; }
            unavailable() { printf '%s\\n' "$*" >&2; exit \(unavailable); }
            {
            \(step.command)
            } </dev/null

            """
    }
}
