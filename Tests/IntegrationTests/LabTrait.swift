import TestSupport
import Testing

/// The lab and the main job of the suites that asked for them.
enum Shared {
    /// The running lab.
    @TaskLocal static var lab: Lab?
    /// The main job, run twice.
    @TaskLocal static var job: MainJob?
}

/// Starts one lab before the suite's first test and stops it after its last.
struct LabTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let lab = try Lab()
        try await lab.up()
        do {
            try await Shared.$lab.withValue(lab) { try await function() }
        } catch {
            try await lab.run("down")
            throw error
        }
        try await lab.run("down")
    }
}

/// Runs the main job before the suite's first test; all its tests look at what it left behind.
struct MainJobTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let job = try await MainJob(lab: try #require(Shared.lab))
        try await Shared.$job.withValue(job) { try await function() }
    }
}

extension Trait where Self == LabTrait {
    /// With a lab of the suite's own.
    static var lab: Self { Self() }
}

extension Trait where Self == MainJobTrait {
    /// With the main job done.
    static var mainJob: Self { Self() }
}
