// swift-tools-version: 6.2
import PackageDescription

// Settings every Swift target shares; warnings are errors so that main stays clean.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// Rooms that are libraries; each is also a product, so that it can be used and measured alone.
let rooms = [
    "Notation", "Addressing", "CMDB", "Topology", "IPAM", "Evidence", "Regulation", "Remote",
    "Probing", "Discovery", "Automation", "Transition", "Continuity", "Compliance",
    "SNMP", "SSH", "Endpoints", "DNS", "Engines", "Exchange", "Drawing", "Storage", "TimeSeries", "Reporting", "Web",
    "Commands",
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let heapModule = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "hatang",
    products: rooms.map { .library(name: $0, targets: [$0]) } + [
        .executable(name: "hatang", targets: ["hatang"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // --- Ground floor: values and rules, no I/O ---

        // Written forms: YAML with positions, JSON (canonical too), CSV, diagnostics with file:line:column.
        .target(name: "Notation", dependencies: [yams], swiftSettings: swift),
        // IPv4/IPv6 addresses, prefixes, ranges, sets, longest-prefix-match tries.
        .target(name: "Addressing", swiftSettings: swift),
        // Object kinds, relations, validation, plan, snapshot, selectors.
        .target(name: "CMDB", dependencies: ["Addressing", "Notation"], swiftSettings: swift),
        // What hangs on what: impact, single points of failure, paths, cables, power.
        .target(name: "Topology", dependencies: ["Addressing", "CMDB", "Notation"], swiftSettings: swift),
        // Which addresses are free, taken, reserved, doubled; which names belong to them.
        .target(name: "IPAM", dependencies: ["Addressing", "CMDB", "Notation"], swiftSettings: swift),
        // Facts, samples, attestations, the ledger's records and hash chain.
        .target(name: "Evidence", dependencies: ["CMDB", "Notation", crypto], swiftSettings: swift),
        // Control catalogues, security levels, duty tables; Data is embedded as string literals, 200 times faster to
        // compile than .embedInCode and held equal by a test.
        .target(
            name: "Regulation", dependencies: ["Notation"], exclude: ["Data"], swiftSettings: swift),
        // Ports to remote machines: SNMP, shell, file transfer, TLS, TCP; their value types and errors.
        .target(name: "Remote", dependencies: ["Addressing"], swiftSettings: swift),

        // --- First floor: six wings, none imports another ---

        // Probe definitions, planning, schedule, states, evaluation, drift of facts against the inventory.
        .target(
            name: "Probing", dependencies: ["Addressing", "CMDB", "Evidence", "Notation", "Remote", heapModule],
            swiftSettings: swift),
        // What stands in a network: sweep, identification by data, proposals for the inventory.
        .target(
            name: "Discovery", dependencies: ["Addressing", "CMDB", "Evidence", "Notation", "Remote"],
            exclude: ["Data"], swiftSettings: swift),
        // Playbooks: parse, plan, guard, run, record.
        .target(
            name: "Automation", dependencies: ["CMDB", "Evidence", "Notation", "Remote"], swiftSettings: swift),
        // IPv6 transition: address plan.
        .target(
            name: "Transition", dependencies: ["Addressing", "CMDB", "Evidence", "Notation"], swiftSettings: swift),
        // Backup duties, jobs over existing engines, restore proofs.
        .target(
            name: "Continuity", dependencies: ["CMDB", "Evidence", "Notation", "Regulation"], swiftSettings: swift),
        // Assessment of controls, findings, explanations.
        .target(
            name: "Compliance", dependencies: ["CMDB", "Evidence", "Notation", "Regulation"],
            swiftSettings: swift),

        // --- Side buildings: adapters behind ports ---

        // recvmmsg/sendmmsg, which Swift's Glibc module does not show.
        .target(name: "CNetIO"),
        // Opaque shim over libsnmp: key derivation, authentication, privacy, MIB names.
        .target(
            name: "CNetSNMP", linkerSettings: [.linkedLibrary("netsnmp"), .linkedLibrary("crypto")]),
        // SNMP v2c/v3 codec, USM state, one UDP socket for all devices.
        .target(
            name: "SNMP", dependencies: ["Addressing", "Remote", "CNetIO", "CNetSNMP"], swiftSettings: swift),
        // libssh as it is; its headers import cleanly.
        .systemLibrary(name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
        // Remote shell over libssh, non-blocking on its own thread.
        .target(name: "SSH", dependencies: ["Addressing", "Remote", "CLibSSH"], swiftSettings: swift),
        // ICMP, TCP, TLS, HTTP, NTP, SMTP and database greetings.
        .target(
            name: "Endpoints",
            dependencies: [
                "Addressing", "Remote", nioCore, nioPosix, nioSSL, nioTLS, nioHTTP1, x509, swiftASN1, crypto,
                cryptoExtras, heapModule,
            ],
            swiftSettings: swift),
        // libunbound as it is: DNS with DNSSEC validation. Without pkg-config, whose file in Debian asks for the headers of
        // three libraries that nothing here uses.
        .systemLibrary(name: "CLibUnbound", providers: [.apt(["libunbound-dev"])]),
        // DNS questions through libunbound, and SOA serials straight from each server.
        .target(name: "DNS", dependencies: ["Addressing", "Remote", "CLibUnbound"], swiftSettings: swift),
        // Existing engines run as child processes: restic.
        .target(
            name: "Engines", dependencies: ["Continuity", "Notation", "Remote", crypto, subprocess],
            swiftSettings: swift),
        // libzip, for the packages that workbooks are.
        .systemLibrary(name: "CLibZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        // libxml2 as it is; only CXMLReader sees its headers.
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        // Pull reader over libxml2, for the sheets in workbooks.
        .target(name: "CXMLReader", dependencies: ["CLibXML2"]),
        // libxlsxwriter, for workbooks we write.
        .systemLibrary(name: "CLibXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        // The inventory in other tools' words: NetBox, Ansible, spreadsheets, DNS, Prometheus.
        .target(
            name: "Exchange",
            dependencies: ["Addressing", "CMDB", "IPAM", "Notation", "CLibZip", "CXMLReader", "CLibXLSXWriter"],
            swiftSettings: swift),
        // Pictures: maps and diagrams through Graphviz, rack elevations as SVG.
        .target(
            name: "Drawing", dependencies: ["Addressing", "CMDB", "Notation", "Topology", subprocess],
            swiftSettings: swift),
        // SQLite through GRDB: objects, ledger, facts, findings, plans, secrets.
        .target(
            name: "Storage",
            dependencies: ["CMDB", "Evidence", "Notation", "Remote", grdb, crypto], swiftSettings: swift),
        // Samples in time.
        .target(name: "TimeSeries", dependencies: ["Evidence", "CMDB", grdb], swiftSettings: swift),
        // Documents for people: HTML, CSV, JSON.
        .target(
            name: "Reporting",
            dependencies: ["CMDB", "Compliance", "Evidence", "Notation", "Regulation", mustache],
            resources: [.embedInCode("Templates")], swiftSettings: swift),
        // HTTP API, health, metrics, start page.
        .target(
            name: "Web",
            dependencies: ["CMDB", "Evidence", "Notation", hummingbird, logging, serviceLifecycle],
            swiftSettings: swift),

        // --- Roof ---

        // Every subcommand and the composition root.
        .target(
            name: "Commands",
            dependencies: [
                "Notation", "Addressing", "CMDB", "Topology", "IPAM", "Evidence", "Regulation", "Remote",
                "Probing", "Discovery", "Automation", "Transition", "Continuity", "Compliance",
                "SNMP", "SSH", "Endpoints", "DNS", "Engines", "Exchange", "Drawing", "Storage", "TimeSeries",
                "Reporting",
                "Web", argumentParser, logging,
            ],
            swiftSettings: swift),
        // @main.
        .executableTarget(name: "hatang", dependencies: ["Commands"], swiftSettings: swift),

        // --- Tests: one folder per room ---

        // Temporary folders, seeded generators, free ports, real servers on loopback.
        .target(name: "TestSupport", dependencies: ["Notation"], path: "Tests/TestSupport", swiftSettings: swift),
        .testTarget(
            name: "NotationTests", dependencies: ["Notation", "TestSupport"], exclude: ["Seeds"], swiftSettings: swift),
        .testTarget(name: "AddressingTests", dependencies: ["Addressing", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "CMDBTests", dependencies: ["CMDB", "Addressing", "Notation", "TestSupport"], exclude: ["Seeds"],
            swiftSettings: swift),
        .testTarget(
            name: "TopologyTests", dependencies: ["Topology", "Addressing", "CMDB", "Notation", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "IPAMTests", dependencies: ["IPAM", "Addressing", "CMDB", "Notation", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "ExchangeTests",
            dependencies: ["Exchange", "Addressing", "CMDB", "IPAM", "Notation", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "DrawingTests",
            dependencies: ["Drawing", "Addressing", "CMDB", "Notation", "Topology", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "EvidenceTests", dependencies: ["Evidence", "CMDB", "Notation", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "RegulationTests", dependencies: ["Regulation", "Notation", "TestSupport"], swiftSettings: swift),
        .testTarget(name: "RemoteTests", dependencies: ["Remote", "Addressing", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "ProbingTests",
            dependencies: ["Probing", "Addressing", "CMDB", "Evidence", "Notation", "Remote", "TestSupport"],
            exclude: ["Seeds"], swiftSettings: swift),
        .testTarget(
            name: "DiscoveryTests",
            dependencies: ["Discovery", "Addressing", "CMDB", "Evidence", "Notation", "Remote", "SNMP", "TestSupport"],
            exclude: ["Seeds"], swiftSettings: swift),
        .testTarget(
            name: "AutomationTests",
            dependencies: ["Automation", "Addressing", "CMDB", "Evidence", "Notation", "Remote", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "TransitionTests",
            dependencies: ["Transition", "Addressing", "CMDB", "Evidence", "Notation", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "ContinuityTests",
            dependencies: ["Continuity", "CMDB", "Evidence", "Notation", "Regulation", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "ComplianceTests",
            dependencies: ["Compliance", "CMDB", "Evidence", "Notation", "Regulation", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "SNMPTests", dependencies: ["SNMP", "Addressing", "Remote", "TestSupport"], exclude: ["Seeds"],
            swiftSettings: swift),
        .testTarget(
            name: "SSHTests", dependencies: ["SSH", "Addressing", "Remote", "TestSupport"], swiftSettings: swift),
        .testTarget(
            name: "EndpointsTests", dependencies: ["Endpoints", "Addressing", "Remote", "TestSupport"],
            exclude: ["Seeds"], swiftSettings: swift),
        .testTarget(
            name: "DNSTests", dependencies: ["DNS", "Addressing", "Remote", "TestSupport"], exclude: ["Seeds"],
            swiftSettings: swift),
        .testTarget(
            name: "EnginesTests",
            dependencies: ["Engines", "CMDB", "Continuity", "Evidence", "Notation", "Remote", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "CMDB", "Evidence", "Notation", "Remote", "TestSupport", grdb],
            swiftSettings: swift),
        .testTarget(
            name: "TimeSeriesTests", dependencies: ["TimeSeries", "Evidence", "CMDB", "TestSupport", grdb],
            swiftSettings: swift),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Reporting", "CMDB", "Compliance", "Evidence", "Notation", "Regulation", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "CMDB", "Evidence", "Notation", "TestSupport",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["Commands", "CMDB", "Evidence", "Notation", "Storage", "TestSupport", argumentParser, grdb],
            swiftSettings: swift),
        // The manifest, the imports and the papers held against the house rules.
        .testTarget(name: "HouseTests", dependencies: ["TestSupport"], swiftSettings: swift),
        // The built program against real servers on loopback.
        .testTarget(
            name: "IntegrationTests", dependencies: ["Notation", "TestSupport", "hatang"], swiftSettings: swift),
    ]
)
