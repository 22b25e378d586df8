import Addressing
import ArgumentParser
import CMDB
import Evidence
import Foundation
import IPAM
import Notation
import Storage

/// A strategy as people write it.
enum StrategyArgument: String, ExpressibleByArgument, CaseIterable {
    case firstFit = "first-fit"
    case leftmost, centermost, rightmost

    var strategy: AllocationStrategy { AllocationStrategy(rawValue: rawValue) ?? .firstFit }
}

/// Blocks of addresses.
struct PrefixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prefix", abstract: "Blocks: free space, next block, map, utilisation, IPv4/IPv6 pairs.",
        subcommands: [Free.self, Next.self, Map.self, UtilisationCommand.self, Pairs.self])

    struct Free: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the largest free blocks inside a prefix.",
            discussion: """
                Free is what no prefix, segment, range or address record touches. Changes nothing.

                Examples:
                  hatang prefix free 10.20.0.0/16
                  hatang prefix free 2001:db8:1230::/44 --format json | jq '.blocks[0]'

                Exit codes: 0 listed, 6 nothing is free or nothing is known of it, 64 not a prefix.
                """)
        @Argument(
            help: "Prefix, or prefix/…, aggregate/….", completion: .custom(AddressCompletion.networks)) var parent:
            String
        @OptionGroup var table: VRFOption
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func run(in session: Session) async throws {
            let book = try session.addressBook(session.database())
            let target = try BlockTarget(parent, vrf: table.vrf, in: book, session)
            let free = target.space.freeSpace(in: target.parent)
            session.console.emit(
                Answer(
                    json: .object([
                        "parent": .string(target.parent.description), "vrf": .string(target.space.vrf),
                        "free": AddressCount.json(free.addressCount),
                        "counts": .array(
                            free.counts.map { ["length": .int(Int64($0.length)), "count": .int(Int64($0.count))] }),
                        "blocks": .array(free.blocks.map { .string($0.description) }),
                    ]),
                    table: TextTable(
                        names: ["prefix", "addresses"],
                        rows: free.blocks.map { [$0.description, AddressCount.text($0.addressCount)] }),
                    identifiers: free.blocks.map(\.description)))
            let (some, all) = (AddressCount.text(free.addressCount), AddressCount.text(target.parent.addressCount))
            session.console.say(
                vi: "\(some) trên \(all) địa chỉ của \(target.parent) còn trống, thành \(free.blocks.count) khối.",
                en: "\(some) of \(all) addresses of \(target.parent) are free, in \(free.blocks.count) blocks.")
            if free.isEmpty { throw ExitStatus.nothingToDo }
        }
    }

    struct Next: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell the next free block of a length, and reserve it.",
            discussion: """
                first-fit takes the lowest. leftmost, centermost and rightmost number the blocks as RFC 3531 does: from
                the left they stand far apart and each can grow, from the right they are packed, from the centre both
                borders stay movable. --sparse N gives a block only at the start of a wholly free /N, --nibble at the
                start of a free block that ends between hexadecimal digits.

                Examples:
                  hatang prefix next 2001:db8:1230::/44 --length 64 --strategy leftmost
                  hatang prefix next 10.20.0.0/16 --length 24 --reserve --for "tầng 3" --reason "phiếu 18"

                Exit codes: 0 told or written, 6 nothing is free or nothing is known of it, 7 refused (the parent is no \
                container, another writer for longer than --wait), 64 bad command line, 65 a rule of the inventory.
                """)
        @Argument(
            help: "Prefix, or prefix/…, aggregate/….", completion: .custom(AddressCompletion.networks)) var parent:
            String
        @Option(help: "Length of the block.") var length: Int
        @Option(help: "Order: first-fit, leftmost, centermost or rightmost.") var strategy: StrategyArgument =
            .firstFit
        @Option(help: "Only where the /SPARSE around it is free as a whole, so that it can grow.") var sparse: Int?
        @Flag(help: "As --sparse, to the next shorter length that is a multiple of four.") var nibble = false
        @OptionGroup(title: "Writing") var writing: AllocationOptions
        @Option(help: "One line about it.") var description: String?
        @Option(help: "How many blocks, 1 to 256; all or none.") var count: Int = 1
        @OptionGroup var table: VRFOption
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            try writing.check(writes: writing.reserve)
            if !(1...256).contains(count) { throw ValidationError("--count takes 1 to 256") }
            if !(0...128).contains(length) { throw ValidationError("--length takes 0 to 128") }
            if nibble, sparse != nil { throw ValidationError("--nibble and --sparse exclude each other") }
            if let sparse, sparse > length {
                throw ValidationError("--sparse \(sparse) is longer than --length \(length)")
            }
            if description != nil, !writing.reserve {
                throw ValidationError("--description belongs to writing: add --reserve")
            }
        }

        func run(in session: Session) async throws {
            guard writing.reserve else {
                let (target, blocks) = try choose(in: session.addressBook(session.database()), session)
                session.console.emit(answer(target, blocks))
                session.console.say(
                    vi: "Chỉ xem: chưa giữ chỗ. Thêm --reserve để giữ.",
                    en: "Only told, not reserved. Add --reserve to keep it.")
                return
            }
            let desk = AllocationDesk(session: session, command: "prefix next", limit: .seconds(session.wait ?? 30))
            let (receipt, parent) = try await desk.place(reason: writing.reason ?? "") { book in
                let (target, blocks) = try choose(in: book, session)
                return (try order(target, blocks, book, session), target.parent)
            }
            session.console.emit(
                Answer(
                    json: .object([
                        "parent": .string(parent.description), "strategy": .string(strategy.rawValue),
                        "written": .array(receipt.json("prefix")),
                        "displaced": .array(receipt.displaced.map { .string($0.description) }),
                    ]),
                    table: receipt.table("prefix"),
                    identifiers: receipt.written.map { $0.object.text("prefix") ?? $0.object.id.key }))
            receipt.tell(session)
            let number = receipt.written.count
            session.console.say(
                vi: "Đã giữ \(number) khối trong \(parent).",
                en: "Reserved \(number) block\(number == 1 ? "" : "s") in \(parent).")
        }

        private func choose(in book: AddressBook, _ session: Session) throws -> (BlockTarget, [Prefix]) {
            let target = try BlockTarget(parent, vrf: table.vrf, in: book, session)
            var free = target.space.freeSpace(in: target.parent)
            // A parent that itself begins between two digits has no room for the whole nibble.
            let room = nibble ? max(length / 4 * 4, target.parent.length) : sparse
            var blocks: [Prefix] = []
            do {
                while blocks.count < count,
                    let next = try free.next(length: length, strategy: strategy.strategy, sparse: room)
                {
                    blocks.append(next)
                    free.take(next)
                }
            } catch {
                throw CommandFailure(.usage, error.message)
            }
            guard blocks.count == count else {
                throw CommandFailure(
                    .nothingToDo,
                    "\(blocks.count) free /\(length)\(room.map { " in free /\($0)" } ?? "") in \(target.parent), "
                        + "\(count) asked for: nothing was changed; see `hatang prefix free \(target.parent)`")
            }
            return (target, blocks)
        }

        private func order(
            _ target: BlockTarget, _ blocks: [Prefix], _ book: AddressBook, _ session: Session
        ) throws -> AllocationDesk.Order {
            if let home = target.home, !home.isContainer {
                throw CommandFailure(
                    .refused,
                    "\(home.prefix) of \(home.object.id) is no container, other prefixes may not lie in it: nothing was "
                        + "changed; give it status: container first")
            }
            if target.home == nil, target.aggregate == nil {
                throw CommandFailure(
                    .refused,
                    "no container and no aggregate holds \(target.parent): nothing was changed; record it first as a "
                        + "prefix with status: container")
            }
            var fields = try writing.fields(session)
            if let owner = writing.owner { _ = try InventoryCommand.object("tenant/\(owner)", in: book.snapshot) }
            fields["description"] = description.map { .string($0) }
            if !target.space.vrf.isEmpty { fields["vrf"] = .string(target.space.vrf) }
            let records = blocks.map { block in
                JSONValue.object(fields.merging(["prefix": .string(block.description)]) { $1 })
            }
            let displaced = blocks.flatMap { target.space.displaced(by: AddressRange($0)) }
            return AllocationDesk.Order(
                records: .object(["prefixes": .array(records)]),
                displaced: Dictionary(displaced.map { ($0.id, $0) }, uniquingKeysWith: { $1 }).values
                    .sorted { $0.id < $1.id })
        }

        private func answer(_ target: BlockTarget, _ blocks: [Prefix]) -> Answer {
            Answer(
                json: .object([
                    "parent": .string(target.parent.description), "vrf": .string(target.space.vrf),
                    "strategy": .string(strategy.rawValue),
                    "prefixes": .array(blocks.map { .string($0.description) }),
                ]),
                table: TextTable(
                    names: ["prefix", "parent", "vrf", "strategy"],
                    rows: blocks.map {
                        [$0.description, target.parent.description, target.space.vrf, strategy.rawValue]
                    }), identifiers: blocks.map(\.description))
        }
    }
}
