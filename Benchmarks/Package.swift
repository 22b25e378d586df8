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
        // SNMP agents for measuring clients: one socket answers for all of 127.0.0.0/8.
        .executableTarget(
            name: "snmp-emulator", path: "Sources/SNMPEmulator",
            linkerSettings: [.linkedLibrary("crypto")]),
        // Floods the emulator with one question, to see what it serves.
        .executableTarget(name: "snmp-flood", path: "Sources/SNMPFlood"),
        // The peer of snmp-bench: net-snmp's asynchronous sessions.
        .executableTarget(
            name: "netsnmp-peer", path: "Sources/NetSNMPPeer", linkerSettings: [.linkedLibrary("netsnmp")]),
        // SNMP: CPU per device beside net-snmp, prometheus-snmp-exporter and snmpbulkget.
        .executableTarget(
            name: "snmp-bench",
            dependencies: [
                "BenchSupport", "snmp-emulator", "snmp-flood", "netsnmp-peer",
                .product(name: "Addressing", package: "hatang"), .product(name: "Remote", package: "hatang"),
                .product(name: "SNMP", package: "hatang"),
            ],
            path: "Sources/SNMPBench", swiftSettings: swift),
        // Probing: does a cycle with dead devices keep the living ones waiting?
        .executableTarget(
            name: "probe-bench",
            dependencies: [
                "BenchSupport", "snmp-emulator", .product(name: "Addressing", package: "hatang"),
                .product(name: "Evidence", package: "hatang"), .product(name: "Probing", package: "hatang"),
                .product(name: "Remote", package: "hatang"), .product(name: "SNMP", package: "hatang"),
            ],
            path: "Sources/ProbeBench", swiftSettings: swift),
        // SSH: CPU per host beside parallel-ssh, ansible and one ssh process per host.
        .executableTarget(
            name: "ssh-bench",
            dependencies: [
                "BenchSupport", .product(name: "Addressing", package: "hatang"),
                .product(name: "Remote", package: "hatang"), .product(name: "SSH", package: "hatang"),
            ],
            path: "Sources/SSHBench", swiftSettings: swift),
        // Inventory: read, validate, plan and apply 10,000 devices beside PyYAML and plain dictionaries.
        .executableTarget(
            name: "cmdb-bench",
            dependencies: [
                "BenchSupport", .product(name: "CMDB", package: "hatang"),
                .product(name: "Evidence", package: "hatang"),
                .product(name: "Storage", package: "hatang"),
            ],
            path: "Sources/CMDBBench", swiftSettings: swift),
        // Addresses: free space of a /44 with 100,000 /64 taken beside Python's netaddr; NetBox's figures.
        .executableTarget(
            name: "ipam-bench",
            dependencies: [
                "BenchSupport", .product(name: "Addressing", package: "hatang"),
                .product(name: "CMDB", package: "hatang"), .product(name: "IPAM", package: "hatang"),
                .product(name: "Notation", package: "hatang"),
            ],
            path: "Sources/IPAMBench", swiftSettings: swift),
        // Graph: impact of switches in a generated province beside networkx.
        .executableTarget(
            name: "graph-bench",
            dependencies: [
                "BenchSupport", .product(name: "CMDB", package: "hatang"),
                .product(name: "Notation", package: "hatang"),
                .product(name: "Topology", package: "hatang"),
            ],
            path: "Sources/GraphBench", swiftSettings: swift),
    ]
)
