import ArgumentParser
import CMDB
import Drawing
import Evidence
import Foundation
import Notation
import Storage

/// What decides the fill of a box, as the command line spells it.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case level, status, zone, role
}

/// What a picture is written as.
enum PictureFormat: String, ExpressibleByArgument, CaseIterable {
    case svg, dot
}

/// Flags that every picture takes: the common ones, but with picture formats.
struct DrawOptions: ParsableArguments {
    @Option(help: "What the picture is written as: svg, or dot for Graphviz.") var format: PictureFormat = .svg

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Where it goes; a folder takes files named after the pictures. Default: stdout.", valueName: "file"),
        completion: .file())
    var out: String?

    @Option(name: .customLong("colour-by"), help: "What decides the fill: level, status, zone or role.")
    var colourBy: ColourChoice?

    @Option(help: "More boxes than this are drawn as heaps that tell how many they stand for (10 to 2000).")
    var limit = 150

    @Option(
        help: ArgumentHelp(
            "Data folder: database, samples, keys. Default: $HATANG_DATA, else the user's data folder.",
            valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: "Language of the picture and of summaries: vi or en. Default: $HATANG_LANG, else vi.")
    var lang: Language?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Draw it as of then: 2026-06-30T12:00 (the machine's zone unless one is written), a day, or a ledger record.",
            valueName: "moment"))
    var asOf: String?

    @Flag(name: .long, help: "No colour on the terminal; pictures keep theirs.") var noColor = false
    @Flag(name: [.short, .long], help: "No summary.") var quiet = false
    @Flag(name: [.customShort("v"), .long], help: "Tell more on stderr.") var verbose = false

    func validate() throws {
        guard (10...2000).contains(limit) else { throw ValidationError("--limit \(limit): give 10 to 2000") }
        if let out, out.isEmpty { throw ValidationError("--out is empty: give a file or a folder") }
    }

    func session() throws -> Session {
        var words: [String] = []
        if let data { words += ["--data=\(data)"] }
        if let lang { words += ["--lang=\(lang.rawValue)"] }
        if let asOf { words += ["--as-of=\(asOf)"] }
        for (isSet, flag) in [(noColor, "--no-color"), (quiet, "--quiet"), (verbose, "--verbose")] where isSet {
            words.append(flag)
        }
        return try Session(options: try GlobalOptions.parse(words))
    }

    /// The options of the pictures themselves.
    func picture(_ session: Session, _ database: Database, _ snapshot: Snapshot) -> PictureOptions {
        PictureOptions(
            language: session.console.language == .vi ? .vi : .en,
            colourBy: colourBy.flatMap { ColourBy(rawValue: $0.rawValue) },
            asOf: Self.day(of: snapshot.sequence, in: database) ?? "", limit: limit)
    }

    /// The day of the change that made this state: equal inventories give equal pictures, whenever they are drawn.
    private static func day(of sequence: Int64, in database: Database) -> String? {
        let record = try? database.ledgerRecords(from: max(1, sequence), limit: 1).first
        let at = record.flatMap { try? JSONValue.parse($0.record) }?["at"]?.string
        return at.map { String($0.prefix(10)) }
    }
}

/// A finished picture on its way out.
struct DrawnFile {
    /// Without ending.
    let name: String
    let text: String
    let boxes: Int
    let notes: [String]
}

extension DrawOptions {
    /// Writes pictures where they belong and says what they hold; notes are warnings, never silent.
    /// - Throws: `CommandFailure` 64 when several pictures have no folder to go to, 74 when a file cannot be written.
    func deliver(_ files: [DrawnFile], _ session: Session) throws {
        let ending = "." + format.rawValue
        if let out {
            for file in files {
                let isFolder = files.count > 1 || out.hasSuffix("/") || Self.isDirectory(out)
                let path = isFolder ? out.trimmingSlash + "/" + file.name + ending : out
                try OutputFiles.write(file.text, to: path)
                Console.output.out(path + "\n")
            }
        } else if let file = files.first, files.count == 1 {
            Console.output.out(file.text)
        } else {
            throw CommandFailure(.usage, "\(files.count) pictures do not fit on stdout: give a folder with --out DIR")
        }
        for file in files {
            for note in file.notes { session.console.warn("\(file.name): \(note)") }
        }
        let boxes = files.reduce(0) { $0 + $1.boxes }
        session.console.say(
            vi: "\(files.count) hình, \(boxes) ô.",
            en: "\(files.count) picture\(files.count == 1 ? "" : "s"), \(boxes) boxes.")
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// A graph as DOT, or laid out by Graphviz, which `$HATANG_DOT` may name when it lies in no usual folder.
    func finish(_ graph: GraphPicture, name: String, _ session: Session) async throws -> DrawnFile {
        let text = try await DrawOptions.reported {
            if format == .dot { return graph.dot }
            let program = session.environment["HATANG_DOT"] ?? ""
            return try await Graphviz(program: program.isEmpty ? "dot" : program).svg(graph)
        }
        return DrawnFile(name: name, text: text, boxes: graph.boxes, notes: graph.notes)
    }

    /// Turns what the drawing room says into exit codes.
    static func reported<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as DrawingError {
            let status: ExitStatus =
                switch error {
                case .nothing, .unknown: .nothingToDo
                case .colour: .usage
                case .graphviz: .unavailable
                }
            throw CommandFailure(status, error.description)
        }
    }
}
