import Foundation
import Subprocess

/// Graphviz's `dot`, run as a child process.
public struct Graphviz: Sendable {
    /// The program's absolute path.
    private let path: String
    private let timeout: Duration
    /// Standard output beyond this many bytes is refused.
    private let outputLimit: Int

    /// Folders in which `dot` is looked for.
    public static let folders = ["/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin", "/snap/bin"]

    /// Finds the program.
    /// - Parameter program: A name that is looked for in ``folders``, or an absolute path.
    /// - Throws: `graphviz` with the next step when it is not there.
    public init(program: String = "dot", timeout: Duration = .seconds(60)) throws(DrawingError) {
        try self.init(program: program, timeout: timeout, outputLimit: 64 << 20)
    }

    init(program: String, timeout: Duration, outputLimit: Int) throws(DrawingError) {
        self.outputLimit = outputLimit
        let candidates = program.hasPrefix("/") ? [program] : Self.folders.map { "\($0)/\(program)" }
        guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw .graphviz(
                "\(program) is not there: install Graphviz (Debian: apt-get install graphviz), or take --format dot")
        }
        self.path = path
        self.timeout = timeout
    }

    /// Lays out `picture` and gives the SVG document: without references to anything outside, without script.
    /// - Throws: `graphviz` when the program fails, or is not done in time.
    public func svg(_ picture: GraphPicture) async throws(DrawingError) -> String {
        let (child, limit) = (path, outputLimit)
        // By a file, not by a pipe: writing to a child that has gone away would end this process with SIGPIPE.
        let file = FileManager.default.temporaryDirectory.appending(path: "hatang-\(UUID().uuidString).dot").path
        defer { unlink(file) }
        let isWritten = FileManager.default.createFile(
            atPath: file, contents: Data(picture.dot.utf8), attributes: [.posixPermissions: 0o600])
        guard isWritten else {
            throw .graphviz("\(file) could not be written for Graphviz: check the folder's permissions and free space")
        }
        let ended: Ended?
        do {
            ended = try await Self.race(timeout) { try await Self.run(child, file, limit) }
        } catch {
            throw .graphviz("\(path) could not be run (\(Self.reason(error))): try `dot -V`, or take --format dot")
        }
        guard let ended else {
            throw .graphviz(
                "\(path) was stopped, not done within \(timeout): draw less (--site, --depth, --limit), or take --format dot"
            )
        }
        guard ended.succeeded, let start = ended.output.range(of: "<svg") else {
            let words = DrawnText.clean(String(ended.errors.prefix(300)))
            throw .graphviz("\(path) could not draw it: \(words.isEmpty ? "no reason given" : words)")
        }
        return Self.document(String(ended.output[start.lowerBound...]))
    }

    private struct Ended: Sendable {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    private static func run(_ path: String, _ file: String, _ limit: Int) async throws -> Ended {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        // Fonts are found without HOME; nothing else of our environment is the program's business.
        let url = URL(filePath: path)
        let result = try await Subprocess.run(
            .name(url.lastPathComponent), arguments: ["-Tsvg", file],
            environment: .custom(["PATH": url.deletingLastPathComponent().path, "LC_ALL": "C.UTF-8"]),
            platformOptions: options,
            input: .none, output: .string(limit: limit), error: .string(limit: 1 << 20))
        return Ended(
            succeeded: result.terminationStatus == .exited(0), output: result.standardOutput,
            errors: result.standardError)
    }

    /// The answer, or nil when the time is up; the loser is cancelled and waited for.
    private static func race(
        _ timeout: Duration, _ body: @escaping @Sendable () async throws -> Ended
    ) async throws -> Ended? {
        try await withThrowingTaskGroup(of: Ended?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? SubprocessError { return "\(error.code)" }
        return "\(type(of: error))"
    }

    /// What `dot` wrote from `<svg` on, without its comments, behind a declaration of our own: its document type names a
    /// file on another server, its comments name its version.
    static func document(_ svg: String) -> String {
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
        var rest = svg[...]
        while let open = rest.range(of: "<!--") {
            out += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].range(of: "-->") else {
                rest = ""
                break
            }
            rest = rest[close.upperBound...]
            if rest.first == "\n" { rest.removeFirst() }
        }
        return out + rest
    }
}
