import Remote

/// Wraps a step's command for the remote side.
///
/// The script goes to `sh -s` on standard input, so that no login shell (csh, fish) has to agree with our quoting, and
/// it runs with its own input from /dev/null. It may use:
/// - `have NAME`: whether a program is installed;
/// - `limit CMD …`: the command under timeout(1), where that exists;
/// - `root CMD …`: the same, through `sudo -n` when the step says `sudo: true` and we are not root;
/// - `section NAME [WORD]`: begins a section of the output, `@@ NAME WORD`;
/// - `unavailable TEXT`: ends with 69, "this machine cannot tell", which is not a failure of an optional step.
///
/// Any other exit status than 0 is a failure of the step.
enum ShellScript {
    /// EX_UNAVAILABLE of sysexits.h.
    static let unavailable = 69

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
            limit() { if have timeout; then timeout \(seconds) "$@"; else "$@"; fi; }
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
