import Addressing
import ArgumentParser
import CMDB
import Evidence
import Foundation
import IPAM
import Notation
import Storage

/// Addresses.
struct IPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ip", abstract: "Addresses: free, next, reserve, what is it, check, expire.",
        subcommands: [Free.self, Next.self, Show.self, Check.self, Expire.self])

    struct Free: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "List free addresses of a prefix, segment or range.",
            discussion: """
                Network, broadcast and subnet-router anycast addresses, gateways, recorded addresses and ranges that are
                reserved, populated or marked full are not free. Changes nothing.

                Examples:
                  hatang ip free 10.20.110.0/24 --count 3
                  hatang ip free dmz-web --family 6 --format json

                Exit codes: 0 listed, 6 nothing is free or there is no such network, 64 not a prefix.
                """)
        @Argument(
            help: "Prefix, segment by slug, or prefix/…, segment/…, ip-range/….",
            completion: .custom(AddressCompletion.targets))
        var target: String
        @Option(help: "How many to list, 1 to 65536.") var count: Int = 10
        @Option(help: "4 or 6, for segments that have both.") var family: Int?
        @OptionGroup var table: VRFOption
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            if !(1...65_536).contains(count) { throw ValidationError("--count takes 1 to 65536") }
            try Next.check(family)
        }

        func run(in session: Session) async throws {
            let book = try session.addressBook(session.database())
            let target = try AddressTarget(self.target, family: family, vrf: table.vrf, in: book, session)
            let free = target.space.freeAddresses(of: target.pool)
            let addresses = free.first(count)
            let home = target.pool.home
            session.console.emit(
                Answer(
                    json: .object([
                        "network": .string(home.prefix.description), "record": .string(home.object.id.description),
                        "vrf": .string(target.space.vrf), "range": .string(target.pool.range.description),
                        "free": AddressCount.json(free.addressCount),
                        "addresses": .array(addresses.map { .string("\($0)/\(home.prefix.length)") }),
                    ]),
                    table: TextTable(
                        names: ["address", "network", "vrf"],
                        rows: addresses.map {
                            ["\($0)/\(home.prefix.length)", home.prefix.description, target.space.vrf]
                        }), identifiers: addresses.map { "\($0)/\(home.prefix.length)" }))
            let (some, all) = (AddressCount.text(free.addressCount), AddressCount.text(target.pool.range.addressCount))
            session.console.say(
                vi: "\(some) trên \(all) địa chỉ của \(target.pool.range) còn trống.",
                en: "\(some) of \(all) addresses of \(target.pool.range) are free.")
            if addresses.isEmpty { throw ExitStatus.nothingToDo }
        }
    }

    struct Next: SuiteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell the next free address, and reserve or assign it.",
            discussion: """
                Without --reserve or --assign it only tells, and somebody else may be given the same. With them the
                address is written in one transaction of the ledger: programs that ask at the same time wait for each
                other and no address is given twice. The answer is the receipt.

                Examples:
                  hatang ip next dmz-web
                  hatang ip next 10.20.110.0/24 --reserve --for "cổng mới" --owner so-tttt --until 2026-12-31 \\
                    --dns-name moi.langson.gov.vn --reason "phiếu 17"
                  hatang ip next dmz-web --assign srv-dvc-02:eno1 --reason "new server" --format json

                Exit codes: 0 told or written, 6 nothing is free or there is no such network, 7 refused (container, name \
                in use, another writer for longer than --wait), 64 bad command line, 65 a rule of the inventory.
                """)
        @Argument(
            help: "Prefix, segment by slug, or prefix/…, segment/…, ip-range/….",
            completion: .custom(AddressCompletion.targets))
        var target: String
        @OptionGroup(title: "Writing") var writing: AllocationOptions
        @Option(
            help: "Write it down on this interface, MACHINE:NAME.", completion: .custom(AddressCompletion.interfaces))
        var assign: String?
        @Option(help: "Its name in the DNS.") var dnsName: String?
        @Option(help: "How many addresses, 1 to 256; all or none.") var count: Int = 1
        @Option(help: "4 or 6, for segments that have both.") var family: Int?
        @OptionGroup var table: VRFOption
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        static func check(_ family: Int?) throws {
            if let family, family != 4, family != 6 { throw ValidationError("--family is 4 or 6") }
        }

        private var writes: Bool { writing.reserve || assign != nil }

        func validate() throws {
            try Self.check(family)
            try writing.check(writes: writes)
            if !(1...256).contains(count) { throw ValidationError("--count takes 1 to 256") }
            if let dnsName {
                if let fault = HostName.fault(dnsName) {
                    throw ValidationError("--dns-name \(dnsName) is no host name: \(fault) (RFC 1123 section 2.1)")
                }
                if !writes { throw ValidationError("--dns-name belongs to writing: add --reserve or --assign") }
                if count > 1 { throw ValidationError("--dns-name names one address: leave out --count") }
            }
        }

        func run(in session: Session) async throws {
            guard writes else {
                let (target, addresses) = try choose(in: session.addressBook(session.database()), session)
                session.console.emit(Self.answer(target, addresses))
                session.console.say(
                    vi: "Chỉ xem: chưa giữ chỗ. Thêm --reserve để giữ.",
                    en: "Only told, not reserved. Add --reserve to keep it.")
                return
            }
            let desk = AllocationDesk(session: session, command: "ip next", limit: .seconds(session.wait ?? 30))
            let (receipt, home) = try await desk.place(reason: writing.reason ?? "") { book in
                let (target, addresses) = try choose(in: book, session)
                return (try order(target, addresses, book, session), target.pool.home)
            }
            session.console.emit(
                Answer(
                    json: .object([
                        "network": .string(home.prefix.description), "written": .array(receipt.json("address")),
                        "displaced": .array(receipt.displaced.map { .string($0.description) }),
                    ]),
                    table: receipt.table("address"),
                    identifiers: receipt.written.map { $0.object.text("address") ?? $0.object.id.key }))
            receipt.tell(session)
            let number = receipt.written.count
            session.console.say(
                vi: "Đã ghi \(number) địa chỉ trong \(home.prefix).",
                en: "Wrote \(number) address\(number == 1 ? "" : "es") in \(home.prefix).")
        }

        private func choose(in book: AddressBook, _ session: Session) throws -> (AddressTarget, [InterfaceAddress]) {
            let target = try AddressTarget(self.target, family: family, vrf: table.vrf, in: book, session)
            let home = target.pool.home
            if home.isContainer, !home.isPool {
                throw CommandFailure(
                    .refused,
                    "\(home.prefix) is a container, addresses are given out from the networks in it: name one of them "
                        + "(`hatang prefix utilisation`), or make one (`hatang prefix next \(home.prefix)`)")
            }
            let free = target.space.freeAddresses(of: target.pool)
            let addresses = free.first(count)
            guard addresses.count == count else {
                throw CommandFailure(
                    .nothingToDo,
                    "\(addresses.count) addresses of \(target.pool.range) are free, \(count) are asked for: "
                        + "nothing was changed; release some, or use another network")
            }
            return (target, addresses.compactMap { try? InterfaceAddress(address: $0, length: home.prefix.length) })
        }

        private func order(
            _ target: AddressTarget, _ addresses: [InterfaceAddress], _ book: AddressBook, _ session: Session
        ) throws -> AllocationDesk.Order {
            if let dnsName, let first = addresses.first {
                let name = HostName.canonical(dnsName)
                let others = target.space.hosts.filter { $0.dnsName == name && $0.address.isIPv6 == first.isIPv6 }
                if let other = others.first {
                    throw CommandFailure(
                        .refused, "\(name) is the name of \(other.object.id) already: nothing was changed; use another")
                }
            }
            var fields = try writing.fields(session)
            if let owner = writing.owner { _ = try InventoryCommand.object("tenant/\(owner)", in: book.snapshot) }
            if let assign {
                let id = assign.hasPrefix("interface/") ? assign : "interface/\(assign)"
                let interface = try InventoryCommand.object(id, in: book.snapshot)
                fields["assigned_object"] = .string(interface.id.key)
            }
            fields["dns_name"] = dnsName.map { .string(HostName.canonical($0)) }
            if !target.space.vrf.isEmpty { fields["vrf"] = .string(target.space.vrf) }
            let records = addresses.map { address in
                JSONValue.object(fields.merging(["address": .string(address.description)]) { $1 })
            }
            let displaced = addresses.flatMap { address in
                (try? AddressRange(first: address.address, last: address.address))
                    .map { target.space.displaced(by: $0) } ?? []
            }
            return AllocationDesk.Order(
                records: .object(["ip_addresses": .array(records)]),
                displaced: Dictionary(displaced.map { ($0.id, $0) }, uniquingKeysWith: { $1 }).values
                    .sorted { $0.id < $1.id })
        }

        private static func answer(_ target: AddressTarget, _ addresses: [InterfaceAddress]) -> Answer {
            let home = target.pool.home
            return Answer(
                json: .object([
                    "network": .string(home.prefix.description), "record": .string(home.object.id.description),
                    "vrf": .string(target.space.vrf),
                    "addresses": .array(addresses.map { .string($0.description) }),
                ]),
                table: TextTable(
                    names: ["address", "network", "vrf"],
                    rows: addresses.map { [$0.description, home.prefix.description, target.space.vrf] }),
                identifiers: addresses.map(\.description))
        }
    }
}
