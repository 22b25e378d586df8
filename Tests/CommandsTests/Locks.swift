import ArgumentParser
import Storage

@testable import Commands

/// Holds the data folder of `line` as another program would.
func lock(_ line: CommandLine) throws -> WriterLock {
    try Session.$environment.withValue(line.environment) {
        try Session(options: GlobalOptions.parse([])).writerLock("test")
    }
}
