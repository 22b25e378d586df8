// swift-tools-version: 6.2
import PackageDescription

// Coverage-guided fuzzing of what reads text from people and files; see README.md.
let swift: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]

func room(_ name: String) -> Target.Dependency { .product(name: name, package: "hatang") }

let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "hatang", path: "..")],
    targets: [
        .executableTarget(name: "FuzzYAML", dependencies: [room("CMDB"), room("Notation")], swiftSettings: swift),
        .executableTarget(name: "FuzzCSV", dependencies: [room("Notation")], swiftSettings: swift),
        .executableTarget(name: "FuzzSNMP", dependencies: [room("SNMP")], swiftSettings: swift),
        .executableTarget(
            name: "FuzzDecoders", dependencies: [room("DNS"), room("Discovery"), room("Endpoints"), room("Probing")],
            swiftSettings: swift),
        .executableTarget(name: "FuzzSelector", dependencies: [room("CMDB")], swiftSettings: swift),
    ]
)
