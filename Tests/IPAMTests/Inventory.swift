import Addressing
import CMDB
import Notation

@testable import IPAM

/// Builds small inventories without files: records as the loader would make them.
struct Inventory {
    var objects: [Object] = []

    static func key(_ text: String, _ vrf: String?) -> String { vrf.map { "\($0):\(text)" } ?? text }

    mutating func add(_ kind: Kind, _ key: String, _ fields: [String: JSONValue]) {
        objects.append(Object(id: ObjectID(kind, key), fields: fields))
    }

    mutating func prefix(
        _ text: String, _ status: String = "active", vrf: String? = nil, _ more: [String: JSONValue] = [:]
    ) {
        var fields: [String: JSONValue] = ["prefix": .string(text), "status": .string(status)]
        fields["vrf"] = vrf.map { .string($0) }
        add(.prefix, Self.key(text, vrf), fields.merging(more) { $1 })
    }

    mutating func address(_ text: String, vrf: String? = nil, key: String? = nil, _ more: [String: JSONValue] = [:]) {
        var fields: [String: JSONValue] = ["address": .string(text), "status": "active"]
        fields["vrf"] = vrf.map { .string($0) }
        add(.ipAddress, key ?? Self.key(text, vrf), fields.merging(more) { $1 })
    }

    mutating func range(_ first: String, _ last: String, _ more: [String: JSONValue] = [:]) {
        let fields: [String: JSONValue] = [
            "start_address": .string(first), "end_address": .string(last), "status": "active",
        ]
        add(.ipRange, "\(first)-\(last)", fields.merging(more) { $1 })
    }

    mutating func segment(_ slug: String, _ more: [String: JSONValue]) {
        let fields: [String: JSONValue] = ["slug": .string(slug), "name": .string(slug), "status": "active"]
        add(.segment, slug, fields.merging(more) { $1 })
    }

    /// A device with one interface `eth0`.
    mutating func device(_ slug: String, _ more: [String: JSONValue] = [:]) {
        add(.device, slug, ["slug": .string(slug), "name": .string(slug)].merging(more) { $1 })
        add(.interface, "\(slug):eth0", ["device": .string("device/\(slug)"), "name": "eth0"])
    }

    var snapshot: Snapshot { Snapshot(objects) }
    var book: AddressBook { AddressBook(snapshot, today: "2026-11-21") }
    var space: AddressSpace { book[""] }
}
