public import Foundation

/// Inputs that the programs of `Fuzzing/` found worth keeping: each reaches code that no other does.
public enum FuzzSeeds {
    /// The inputs in `Seeds/NAME.json` beside the test's own file.
    public static func read(_ name: String, beside file: String = #filePath) throws -> [Data] {
        let url = URL(filePath: file).deletingLastPathComponent().appending(path: "Seeds/\(name).json")
        return try JSONDecoder().decode([Data].self, from: Data(contentsOf: url))
    }
}
