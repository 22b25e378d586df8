import Addressing
import ArgumentParser
import CMDB
import Foundation
import IPAM
import Notation
import Storage

extension PrefixCommand {
    struct Map: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw a prefix as a map of equal cells.",
            discussion: """
                Each character is one cell; the legend says what it means. --svg writes a picture for documents.

                Examples:
                  hatang prefix map 10.20.0.0/16
                  hatang prefix map 2001:db8:1230::/44 --length 52 --svg map.svg

                Exit codes: 0 drawn, 6 nothing is known of it, 64 not a prefix or a length that does not fit.
                """)
        @Argument(
            help: "Prefix, or prefix/…, aggregate/….", completion: .custom(AddressCompletion.networks)) var parent:
            String
        @Option(help: "Length of a cell. Default: 256 cells; at most 4096.") var length: Int?
        @Option(help: "Also write an SVG picture to this file.", completion: .file(extensions: ["svg"])) var svg:
            String?
        @OptionGroup var table: VRFOption
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let book = try session.addressBook(session.database())
            let target = try BlockTarget(parent, vrf: table.vrf, in: book, session)
            if let length, length > target.parent.length + 12 {
                throw CommandFailure(
                    .usage,
                    "--length \(length) gives more than 4096 cells: ask for at most /\(target.parent.length + 12)")
            }
            let map: BlockMap
            do {
                map = try target.space.map(target.parent, length: length)
            } catch {
                throw CommandFailure(.usage, error.message)
            }
            let names = Self.names(session.console)
            if let svg { try OutputFiles.write(map.svg(vrf: target.space.vrf, names: names), to: svg) }
            if session.console.format == .table, !session.console.quiet {
                Console.output.out(Self.picture(map, names, session.console))
            } else {
                session.console.emit(Self.answer(map))
            }
        }

        /// What people call the states.
        static func names(_ console: Console) -> [BlockMap.State: String] {
            [
                .free: console.pick(vi: "trống", en: "free"), .partial: console.pick(vi: "một phần", en: "partly used"),
                .full: console.pick(vi: "đầy", en: "full"), .reserved: console.pick(vi: "giữ chỗ", en: "reserved"),
                .container: console.pick(vi: "khối chưa chia", en: "empty container"),
            ]
        }

        private static func colour(_ state: BlockMap.State) -> Console.Colour {
            switch state {
            case .free: .green
            case .partial: .yellow
            case .full: .red
            case .reserved: .blue
            case .container: .cyan
            }
        }

        private static func picture(_ map: BlockMap, _ names: [BlockMap.State: String], _ console: Console) -> String {
            let columns = map.cells.count <= 16 ? max(1, map.cells.count) : map.cells.count <= 256 ? 16 : 64
            let labels = stride(from: 0, to: map.cells.count, by: columns).map {
                map.cells[$0].prefix.address.description
            }
            let width = labels.map(\.count).max() ?? 0
            var out = console.pick(
                vi: "\(map.parent), mỗi ô /\(map.length)\n", en: "\(map.parent), each cell a /\(map.length)\n")
            for (row, label) in labels.enumerated() {
                let start = row * columns
                out += label + String(repeating: " ", count: width - label.count) + "  "
                // Runs of one colour share their escapes.
                var run = ""
                var state: BlockMap.State?
                for cell in map.cells[start..<min(start + columns, map.cells.count)] {
                    if let state, state != cell.state {
                        out += console.paint(run, colour(state), console.colourOut)
                        run = ""
                    }
                    state = cell.state
                    run += cell.state.symbol
                }
                if let state { out += console.paint(run, colour(state), console.colourOut) }
                out += "\n"
            }
            let legend = BlockMap.State.allCases.map { state in
                console.paint(state.symbol, colour(state), console.colourOut)
                    + " \(names[state] ?? state.rawValue) \(map.count(state))"
            }
            return out + legend.joined(separator: "   ") + "\n"
        }

        private static func answer(_ map: BlockMap) -> Answer {
            Answer(
                json: .object([
                    "parent": .string(map.parent.description), "length": .int(Int64(map.length)),
                    "cells": .array(
                        map.cells.map {
                            .object([
                                "prefix": .string($0.prefix.description), "state": .string($0.state.rawValue),
                                "networks": .int(Int64($0.networks)), "addresses": .int(Int64($0.addresses)),
                                "id": $0.network.map { .string($0.object.id.description) } ?? .null,
                            ])
                        }),
                ]),
                table: TextTable(
                    names: ["prefix", "state", "networks", "addresses", "id"],
                    rows: map.cells.map {
                        [
                            $0.prefix.description, $0.state.rawValue, String($0.networks), String($0.addresses),
                            $0.network?.object.id.description ?? "",
                        ]
                    }), identifiers: map.cells.filter { $0.state != .free }.map(\.prefix.description))
        }
    }

    struct UtilisationCommand: SuiteCommand {
        static let configuration = CommandConfiguration(
            commandName: "utilisation", abstract: "How full the networks are, as NetBox counts.",
            discussion: """
                A container is as full as the networks in it, any other network as full as its addresses and the ranges
                that are populated or marked full; mark_utilized means full. Nothing counts twice.

                Examples:
                  hatang prefix utilisation
                  hatang prefix utilisation 'prefix site=ttdl' --above 80 --format csv

                Exit codes: 0 listed, 6 nothing matched, 64 the selector is wrong.
                """, aliases: ["utilization"])
        @Argument(
            help: "Selector of prefixes and segments; default: all.", completion: .custom(SelectorArgument.complete))
        var selector: [String] = []
        @Option(help: "Only those that are fuller than so many percent.") var above: Double?
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let book = try session.addressBook(session.database())
            var chosen: Set<ObjectID>?
            if !selector.isEmpty {
                let text = selector.joined(separator: " ")
                chosen = Set(
                    try session.chosen(text, in: book.snapshot, defaults: [.prefix, .segment]).map(\.id))
            }
            var looked = 0
            var rows: [Utilisation] = []
            for space in book.spaces {
                for i in space.networks.indices where chosen?.contains(space.networks[i].object.id) ?? true {
                    looked += 1
                    let use = space.utilisation(i)
                    if let above, use.percent <= above { continue }
                    rows.append(use)
                }
            }
            session.console.emit(Self.answer(rows, indented: session.console.format == .table))
            session.console.say(
                vi: "\(rows.count) trong \(looked) mạng.", en: "\(rows.count) of \(looked) networks.")
            if rows.isEmpty { throw ExitStatus.nothingToDo }
        }

        static func percent(_ use: Utilisation) -> String {
            use.used > 0 && use.percent < 0.1 ? "<0.1" : String(format: "%.1f", use.percent)
        }

        private static func answer(_ rows: [Utilisation], indented: Bool) -> Answer {
            Answer(
                json: .array(
                    rows.map { use in
                        .object([
                            "prefix": .string(use.network.prefix.description),
                            "id": .string(use.network.object.id.description), "vrf": .string(use.vrf),
                            "status": .string(use.network.status), "networks": .int(Int64(use.networks)),
                            "addresses": .int(Int64(use.addresses)), "used": AddressCount.json(use.used),
                            "size": AddressCount.json(use.size), "percent": .double(use.percent),
                        ])
                    }),
                table: TextTable(
                    names: ["prefix", "vrf", "id", "status", "networks", "addresses", "used", "size", "percent"],
                    rows: rows.map { use in
                        let margin = indented ? String(repeating: "  ", count: use.depth) : ""
                        return [
                            margin + use.network.prefix.description, use.vrf, use.network.object.id.description,
                            use.network.status, String(use.networks), String(use.addresses),
                            indented ? AddressCount.text(use.used) : String(use.used),
                            indented ? AddressCount.text(use.size) : String(use.size), percent(use),
                        ]
                    },
                    colour: { column, text in
                        guard column == 8, let percent = Double(text) else { return nil }
                        return percent >= 90 ? .red : percent >= 70 ? .yellow : nil
                    }), identifiers: rows.map(\.network.prefix.description))
        }
    }

    struct Pairs: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Segments with their IPv4 and IPv6 networks side by side.",
            discussion: """
                Says which family a segment lacks, and where VLAN id, third octet and IPv6 subnet do not speak of the
                same number (information, not a fault).

                Examples:
                  hatang prefix pairs
                  hatang prefix pairs --lacking --format csv

                Exit codes: 0 listed, 2 with --lacking: some segment lacks a family, 6 there is no segment.
                """)
        @Flag(help: "Only segments that lack a family.") var lacking = false
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let pairs = SegmentPair.all(try session.inventory(session.database()))
            let shown = lacking ? pairs.filter { $0.state != .dual } : pairs
            session.console.emit(
                Answer(
                    json: .array(
                        shown.map { pair in
                            .object([
                                "segment": .string(pair.segment.id.key), "state": .string(pair.state.rawValue),
                                "ipv4_prefix": pair.ipv4.map { .string($0.description) } ?? .null,
                                "ipv6_prefix": pair.ipv6.map { .string($0.description) } ?? .null,
                                "vid": pair.vid.map { .int(Int64($0)) } ?? .null,
                                "departures": .array(pair.departures.map { .string($0) }),
                            ])
                        }),
                    table: TextTable(
                        names: ["segment", "vid", "ipv4_prefix", "ipv6_prefix", "state", "departures"],
                        rows: shown.map { pair in
                            [
                                pair.segment.id.key, pair.vid.map(String.init) ?? "",
                                pair.ipv4?.description ?? "", pair.ipv6?.description ?? "", pair.state.rawValue,
                                pair.departures.joined(separator: "; "),
                            ]
                        },
                        colour: { column, text in column == 4 ? text == "dual" ? .green : .yellow : nil }),
                    identifiers: shown.map(\.segment.id.description)))
            let dual = pairs.count { $0.state == .dual }
            session.console.say(
                vi: "\(pairs.count) phân đoạn: \(dual) có cả IPv4 và IPv6, \(pairs.count - dual) thiếu.",
                en: "\(pairs.count) segments: \(dual) with IPv4 and IPv6, \(pairs.count - dual) lack one.")
            if pairs.isEmpty { throw ExitStatus.nothingToDo }
            if lacking, !shown.isEmpty { throw ExitStatus.answerIsNo }
        }
    }
}
