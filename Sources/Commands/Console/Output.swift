import Foundation
import Synchronization

/// Where a program's two streams go: the process's own, or memory in tests.
protocol Output: Sendable {
    /// Data.
    func out(_ text: String)
    /// Everything else.
    func err(_ text: String)
    /// Whether people look at the streams.
    var outIsTerminal: Bool { get }
    var errIsTerminal: Bool { get }
    /// Columns of the terminal.
    var width: Int { get }
}

/// The process's streams. Writes are whole.
///
/// When standard output fails, further output is dropped and the command goes on to its own end: work that was begun is
/// not left half done because `head` has seen enough. ``Program`` turns the failure into an exit code.
struct ProcessOutput: Output {
    func out(_ text: String) { write(text, to: 1) }
    func err(_ text: String) { write(text, to: 2) }
    var outIsTerminal: Bool { isatty(1) == 1 }
    var errIsTerminal: Bool { isatty(2) == 1 && Session.environment["TERM"] != "dumb" }

    var width: Int {
        var size = winsize()
        if ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 { return Int(size.ws_col) }
        return 100
    }

    /// The first error of writing to standard output; nil while all went well.
    static var failure: Int32? { state.withLock { $0 } }
    private static let state = Mutex<Int32?>(nil)

    private func write(_ text: String, to descriptor: Int32) {
        if descriptor == 1, Self.failure != nil { return }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 1_000)
            } else if errno != EINTR {
                let number = errno
                if descriptor == 1 { Self.state.withLock { $0 = $0 ?? number } }
                return
            }
        }
    }
}

/// The language of what people read.
enum Language: String, Sendable, CaseIterable {
    case vi, en
}

/// How data is written.
enum OutputFormat: String, Sendable, CaseIterable {
    case table, json, csv, yaml
}

/// Talks to the person (stderr) and hands out data (stdout).
struct Console: Sendable {
    /// The streams of this task: tests put memory here.
    @TaskLocal static var output: any Output = ProcessOutput()

    let format: OutputFormat
    let language: Language
    let quiet: Bool
    let verbose: Bool
    /// Whether stdout, stderr may be coloured.
    let colourOut: Bool
    let colourErr: Bool

    init(
        format: OutputFormat, language: Language, quiet: Bool, verbose: Bool, noColour: Bool,
        environment: [String: String]
    ) {
        self.format = format
        self.language = language
        self.quiet = quiet
        self.verbose = verbose
        let refused = noColour || !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        let forced = environment["HATANG_COLOR"] == "always"
        colourOut = !refused && (forced || Self.output.outIsTerminal)
        colourErr = !refused && (forced || Self.output.errIsTerminal)
    }

    /// Text in the person's language.
    func pick(vi: String, en: String) -> String { language == .vi ? vi : en }

    /// A line for the person, silenced by `--quiet`.
    func say(vi: String, en: String) { if !quiet { Self.output.err(pick(vi: vi, en: en) + "\n") } }

    /// A line for the person that `--quiet` does not silence.
    func warn(_ text: String) { Self.output.err(paint(text, .yellow, colourErr) + "\n") }

    /// A line for the person who asked for details.
    func detail(_ text: String) { if verbose { Self.output.err(paint(text, .dim, colourErr) + "\n") } }

    /// Colours carry meaning never alone: the text says it too.
    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case cyan = "36"
        case dim = "2"
        case bold = "1"
    }

    func paint(_ text: String, _ colour: Colour, _ allowed: Bool) -> String {
        allowed ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
