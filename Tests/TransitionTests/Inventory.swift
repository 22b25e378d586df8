import CMDB
import Notation

/// A small inventory in code: sites, zones of the regulated types, VLANs and segments.
struct Inventory {
    var objects: [ObjectID: Object] = [:]

    static let zoneTypes = ["internal", "perimeter", "dmz", "internal_server", "wireless", "db", "management"]

    var snapshot: Snapshot { Snapshot(objects.values) }

    mutating func add(_ kind: Kind, _ key: String, _ fields: [String: JSONValue] = [:]) {
        let id = ObjectID(kind, key)
        objects[id] = Object(id: id, fields: fields.merging(["slug": .string(key), "name": .string(key)]) { $1 })
    }

    mutating func addSite(_ site: String) {
        add(.site, site)
        for type in Self.zoneTypes {
            add(.zone, "\(site)-\(type)", ["zone_type": .string(type), "site": .string(site)])
        }
    }

    mutating func addSegment(_ slug: String, site: String? = "s1", zone: String? = "s1-dmz", ipv6: String? = nil) {
        var fields: [String: JSONValue] = [:]
        if let site { fields["site"] = .string(site) }
        if let zone { fields["zone"] = .string(zone) }
        if let ipv6 { fields["ipv6_prefix"] = .string(ipv6) }
        add(.segment, slug, fields)
    }

    mutating func remove(_ kind: Kind, _ key: String) { objects[ObjectID(kind, key)] = nil }
}
