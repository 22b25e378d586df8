// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "hatang-benchmarks",
    dependencies: [
        .package(name: "hatang", path: "..")
    ],
    targets: [
        // CPU clocks, tables with a ratio, and the peer as a child process; shared by all benchmarks.
        .target(name: "BenchSupport", swiftSettings: swift),
        // Addresses: parse, format and longest-prefix match beside Python's ipaddress and py-radix.
        .executableTarget(
            name: "addressing-bench",
            dependencies: ["BenchSupport", .product(name: "Addressing", package: "hatang")],
            path: "Sources/AddressingBench", swiftSettings: swift),
    ]
)
