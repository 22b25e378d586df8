import Foundation

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

/// The process's streams. Writes are whole; a closed pipe ends the program quietly, as `head` expects.
struct ProcessOutput: Output {
    func out(_ text: String) { write(text, to: 1) }
    func err(_ text: String) { write(text, to: 2) }
    var outIsTerminal: Bool { isatty(1) == 1 }
    var errIsTerminal: Bool { isatty(2) == 1 }

    var width: Int {
        var size = winsize()
        if ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 { return Int(size.ws_col) }
        return 100
    }

    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EINTR || errno == EAGAIN {
                continue
            } else {
                if errno == EPIPE, descriptor == 1 { exit(0) }
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
